extension CommandTree {
  /// The reference of the program in Markdown, a page with a part for each command.
  public func markdownReference() -> String {
    var parts = ["# \(program)", summary]
    if !description.isEmpty { parts.append(description) }
    if !aliases.isEmpty { parts.append("Also called as \(aliases.map { "`\($0)`" }.joined(separator: ", ")).") }
    for section in root.visibleSections {
      parts.append("## \(section.title)")
      parts += section.nodes.flatMap(\.visibleDescendants).flatMap(markdown)
    }
    parts.append("## Options of every command")
    let general: [any Parameter] = [
      Flag("help", short: "h", help: "Show help about the program or a command."),
      Flag("version", help: "Show the version."),
    ]
    parts.append(list((globals + general).map(\.declaration)))
    if !allEnvironmentVariables.isEmpty {
      parts.append("## Environment")
      parts.append(allEnvironmentVariables.map { "- `\($0.name)`: \($0.help)" }.joined(separator: "\n"))
    }
    parts.append("## Exit codes")
    parts.append(
      "| code | meaning |\n|---|---|\n"
        + ExitStatus.all.map { "| \($0.code) | \($0.meaning) |" }.joined(separator: "\n"))
    return parts.joined(separator: "\n\n") + "\n"
  }

  private func markdown(_ node: CommandNode<Context>) -> [String] {
    var parts = ["### \(node.path.dropFirst().joined(separator: " "))"]
    if node.command != nil { parts.append("```\n\(node.usageText(hasGlobals: false))\n```") }
    parts.append(node.summary)
    if !node.description.isEmpty { parts.append(node.description) }
    guard let command = node.command else { return parts }
    for parameters in ParameterList.lists(of: command.parameters) {
      parts.append("\(parameters.title):\n\n\(list(parameters.declarations))")
    }
    if !command.examples.isEmpty {
      let examples = command.examples.map { "# \($0.explanation)\n\($0.commandLine)" }
      parts.append("```sh\n\(examples.joined(separator: "\n\n"))\n```")
    }
    return parts
  }

  private func list(_ declarations: [ParameterDeclaration]) -> String {
    declarations.filter { !$0.isHidden }.map { declaration in
      let remarks = declaration.remarks.isEmpty ? "" : " (\(declaration.remarks.joined(separator: "; ")))"
      return "- `\(declaration.listText.drop { $0 == " " })`: \(declaration.help)\(remarks)"
    }.joined(separator: "\n")
  }
}
