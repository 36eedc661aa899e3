/// A place in the tree: the program itself, a group or a command. Parser, help, completions and manual walk these.
struct CommandNode<Context: Sendable>: Sendable {
  enum Content: Sendable {
    case command(Command<Context>)
    case group([CommandSection<Context>])
  }

  let path: [String]
  let aliases: [String]
  let summary: String
  let description: String
  let isHidden: Bool
  let content: Content

  var name: String { path.last ?? "" }

  var command: Command<Context>? {
    guard case .command(let command) = content else { return nil }
    return command
  }

  /// The places below, with the heading of each part.
  var sections: [(title: String, nodes: [CommandNode])] {
    guard case .group(let sections) = content else { return [] }
    return sections.map { section in
      let commands = section.commands.map { CommandNode($0, below: path) }
      return (section.title, commands + section.groups.map { CommandNode($0, below: path) })
    }
  }

  var children: [CommandNode] { sections.flatMap(\.nodes) }

  func child(named name: String) -> CommandNode? { children.first { $0.name == name || $0.aliases.contains(name) } }

  /// Every place from here on, in the order of help.
  var descendants: [CommandNode] { [self] + children.flatMap(\.descendants) }

  init(root tree: CommandTree<Context>) {
    path = [tree.program]
    aliases = []
    summary = tree.summary
    description = tree.description
    isHidden = false
    content = .group(tree.sections)
  }

  private init(_ command: Command<Context>, below parent: [String]) {
    path = parent + [command.name]
    aliases = command.aliases
    summary = command.summary
    description = command.description
    isHidden = command.isHidden
    content = .command(command)
  }

  private init(_ group: CommandGroup<Context>, below parent: [String]) {
    path = parent + [group.name]
    aliases = []
    summary = group.summary
    description = group.description
    isHidden = false
    content = .group([CommandSection("Commands", commands: group.commands, groups: group.groups)])
  }
}

extension CommandTree {
  var root: CommandNode<Context> { CommandNode(root: self) }
}
