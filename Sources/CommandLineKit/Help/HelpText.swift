extension CommandTree {
  /// The help of a place in the tree.
  /// - Parameter width: Columns of the terminal; text uses 100 of them at most.
  func helpText(of node: CommandNode<Context>, width: Int) -> String {
    let layout = TextLayout(width: min(max(width, 40), 100))
    var parts = ["Usage: \(node.usageText(hasGlobals: !globals.isEmpty))\n", layout.paragraphs(node.summary)]
    if !node.description.isEmpty { parts.append(layout.paragraphs(node.description)) }
    for section in node.visibleSections {
      parts.append("\(section.title):\n" + layout.definitions(section.nodes.map { ($0.name, $0.summary) }))
    }
    for list in optionLists(of: node) {
      parts.append("\(list.title):\n" + layout.definitions(list.declarations.map { ($0.listText, $0.helpWithRemarks) }))
    }
    let examples = node.command?.examples ?? (node.path.count == 1 ? self.examples : examplesBelow(node))
    if !examples.isEmpty {
      let lines = examples.map { "  \($0.commandLine)\n" + layout.paragraphs($0.explanation, indent: 6) }
      parts.append("Examples:\n" + lines.joined())
    }
    if node.command == nil {
      parts.append("See '\(node.path.joined(separator: " ")) <command> --help' for more about a command.\n")
    }
    return parts.joined(separator: "\n")
  }

  /// Help about the program or one of its commands, as `--help` prints it.
  /// - Parameter path: Without the program: `["export", "snaps"]`.
  public func helpText(for path: [String] = [], width: Int = 80) -> String? {
    var node = root
    for name in path {
      guard let child = node.child(named: name) else { return nil }
      node = child
    }
    return helpText(of: node, width: width)
  }

  /// What a command or group takes, by heading, with the options that every one has.
  private func optionLists(of node: CommandNode<Context>) -> [ParameterList] {
    var general: [any Parameter] = [Flag("help", short: "h", help: "Show this help.")]
    if node.path.count == 1 { general.append(Flag("version", help: "Show the version.")) }
    let own = node.command.map { ParameterList.lists(of: $0.parameters) } ?? []
    let title = own.contains { $0.title == "Options" } ? "General options" : "Options"
    return own + ParameterList.lists(of: globals + general, title: title)
  }

  /// A group without examples of its own shows the first of each of its commands.
  private func examplesBelow(_ node: CommandNode<Context>) -> [Example] {
    node.visibleDescendants.compactMap { $0.command?.examples.first }
  }
}
