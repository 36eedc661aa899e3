public import CommandLineKit

extension CommandTree {
  /// What is wrong with the declarations of a program, one sentence each; empty where nothing is. Every program's tests
  /// expect that of its tree: every parameter has help, names are unique, positionals can be told apart, every command
  /// has an example or needs none, and every example parses.
  public func defects() -> [String] {
    let globals = globals.map(\.declaration)
    var defects = inspect(globals, of: program)
    var paths: Set<String> = []
    for command in allCommands {
      let path = command.path.joined(separator: " ")
      if !paths.insert(path).inserted { defects.append("\(path) is declared twice") }
      let declared = command.command.parameters.map(\.declaration)
      if command.command.summary.isEmpty { defects.append("\(path) has no summary") }
      if !command.command.parameters.isEmpty, command.command.examples.isEmpty, !command.command.isHidden {
        defects.append("\(path) takes parameters and has no example")
      }
      defects += inspect(declared + globals, of: path)
      for example in command.command.examples { defects += inspect(example, of: path) }
    }
    for example in examples { defects += inspect(example, of: program) }
    return defects
  }

  private func inspect(_ declarations: [ParameterDeclaration], of path: String) -> [String] {
    var defects: [String] = []
    var spellings: Set<String> = ["--help", "-h"]
    var somethingMayBeMissing = false
    for declaration in declarations {
      if declaration.help.isEmpty { defects.append("\(path): \(declaration.displayName) has no help") }
      var written = [declaration.displayName]
      if declaration.kind == .flag(negatable: true) { written.append("--no-\(declaration.name)") }
      if let short = declaration.short { written.append("-\(short)") }
      for spelling in written where !spellings.insert(spelling).inserted {
        defects.append("\(path): \(spelling) is declared twice")
      }
      guard declaration.kind == .positional else { continue }
      if somethingMayBeMissing, declaration.isRequired {
        defects.append("\(path): \(declaration.displayName) is required behind one that may be left out")
      }
      somethingMayBeMissing = somethingMayBeMissing || !declaration.isRequired
    }
    return defects
  }

  private func inspect(_ example: Example, of path: String) -> [String] {
    guard let arguments = ExampleLine(example.commandLine).arguments(of: [program] + aliases) else {
      return ["\(path): the example '\(example.commandLine)' does not call \(program)"]
    }
    guard let problem = problem(with: arguments) else { return [] }
    return ["\(path): the example '\(example.commandLine)' does not parse: \(problem.message)"]
  }
}
