extension CommandTree {
  /// The manual page of the program and all its commands, section 1, in roff.
  public func manPage() -> String {
    var page = Roff()
    page.title(program, section: 1, source: "\(program) \(version)")
    page.section("NAME")
    page.text("\(([program] + aliases).joined(separator: ", ")) - \(summary.firstSentence)")
    page.section("SYNOPSIS")
    page.bold(program, plain: " [options] <command>")
    page.section("DESCRIPTION")
    page.paragraphs(description.isEmpty ? summary : description)
    for section in root.visibleSections {
      page.section(section.title.uppercased())
      for node in section.nodes.flatMap(\.visibleDescendants) { describe(node, on: &page) }
    }
    page.section("OPTIONS")
    page.text("Every command takes these, before or behind its name.")
    for declaration in globals.map(\.declaration) where !declaration.isHidden { page.parameter(declaration) }
    page.item("-h, --help", "Show help about the program or a command.")
    page.item("--version", "Show the version.")
    page.section("ENVIRONMENT")
    for variable in allEnvironmentVariables { page.item(variable.name, variable.help) }
    page.section("EXIT STATUS")
    for status in ExitStatus.all { page.item("\(status.code)", status.meaning) }
    if !examples.isEmpty {
      page.section("EXAMPLES")
      page.examples(examples)
    }
    return page.text
  }

  private func describe(_ node: CommandNode<Context>, on page: inout Roff) {
    page.subsection(node.path.dropFirst().joined(separator: " "))
    page.bold(node.usageText(hasGlobals: false), plain: "")
    page.paragraphs(node.summary)
    page.paragraphs(node.description)
    guard let command = node.command else { return }
    for list in ParameterList.lists(of: command.parameters) {
      for declaration in list.declarations { page.parameter(declaration) }
    }
    page.examples(command.examples)
  }

  /// Those that parameters fall back to, and those that the tree names, by name.
  var allEnvironmentVariables: [EnvironmentVariable] {
    var variables = environment
    for (owner, declaration) in declarationsWithOwner where !declaration.isHidden {
      guard let name = declaration.environment, !variables.contains(where: { $0.name == name }) else { continue }
      let place = owner.isEmpty ? "" : " of '\(owner)'"
      variables.append(EnvironmentVariable(name, help: "Stands in for \(declaration.displayName)\(place)."))
    }
    return variables.sorted { $0.name < $1.name }
  }

  private var declarationsWithOwner: [(owner: String, declaration: ParameterDeclaration)] {
    globals.map { ("", $0.declaration) }
      + allCommands.flatMap { path, command in
        command.parameters.map { (path.dropFirst().joined(separator: " "), $0.declaration) }
      }
  }
}
