/// A word that further words follow: `export` in `export snaps`.
public struct CommandGroup<Context: Sendable>: Sendable {
  /// The word.
  public let name: String
  /// One sentence.
  public let summary: String
  /// Further paragraphs, separated by empty lines.
  public let description: String
  /// The commands below, in the order of help.
  public let commands: [Command<Context>]
  /// Groups below, listed after the commands.
  public let groups: [CommandGroup<Context>]

  /// Declares a group.
  public init(
    _ name: String, summary: String, description: String = "", commands: [Command<Context>],
    groups: [CommandGroup<Context>] = []
  ) {
    self.name = name
    self.summary = summary
    self.description = description
    self.commands = commands
    self.groups = groups
  }
}

/// Commands of one subject, which help lists under one heading.
public struct CommandSection<Context: Sendable>: Sendable {
  /// The heading: `Overrides`.
  public let title: String
  /// The commands, in the order of help.
  public let commands: [Command<Context>]
  /// Groups, listed after the commands.
  public let groups: [CommandGroup<Context>]

  /// Declares a section.
  public init(_ title: String, commands: [Command<Context>] = [], groups: [CommandGroup<Context>] = []) {
    self.title = title
    self.commands = commands
    self.groups = groups
  }
}
