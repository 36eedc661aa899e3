/// Everything that one program offers.
public struct CommandTree<Context: Sendable>: Sendable {
  /// The name of the program.
  public let program: String
  /// Further names that it is installed under.
  public let aliases: [String]
  /// What `--version` prints behind the name.
  public let version: String
  /// One sentence.
  public let summary: String
  /// Further paragraphs, separated by empty lines.
  public let description: String
  /// Options that every command takes, before or behind its name.
  public let globals: [any Parameter]
  /// The commands by subject.
  public let sections: [CommandSection<Context>]
  /// Environment variables that no parameter declares, for the manual.
  public let environment: [EnvironmentVariable]
  /// Whole jobs, for the top of help and manual.
  public let examples: [Example]

  let dynamicValues: @Sendable (_ kind: String, _ context: Context) async throws -> [String]

  /// Declares a program.
  /// - Parameters:
  ///   - globals: Options that every command takes.
  ///   - dynamicValues: Answers the shells' completions of `.dynamic(kind)`; those that do not begin with what was
  ///     typed are dropped, failures show nothing.
  public init(
    _ program: String, aliases: [String] = [], version: String, summary: String, description: String = "",
    globals: [any Parameter] = [], sections: [CommandSection<Context>], environment: [EnvironmentVariable] = [],
    examples: [Example] = [],
    dynamicValues: @escaping @Sendable (_ kind: String, _ context: Context) async throws -> [String] = { _, _ in [] }
  ) {
    self.program = program
    self.aliases = aliases
    self.version = version
    self.summary = summary
    self.description = description
    self.globals = globals
    self.sections = sections
    self.environment = environment
    self.examples = examples
    self.dynamicValues = dynamicValues
  }
}

/// A variable that the program reads.
public struct EnvironmentVariable: Hashable, Sendable {
  /// Its name, without a dollar sign.
  public let name: String
  /// What it does.
  public let help: String

  /// A variable with its help.
  public init(_ name: String, help: String) {
    self.name = name
    self.help = help
  }
}

extension CommandTree {
  /// Every command with all its words, in the order of help.
  public var allCommands: [(path: [String], command: Command<Context>)] {
    root.descendants.compactMap { node in node.command.map { (node.path, $0) } }
  }
}
