/// Understands one command line: walks the tree down to a command and collects what is given to it.
struct ArgumentParser<Context: Sendable> {
  private let tree: CommandTree<Context>
  private let environment: [String: String]
  private var rest: ArraySlice<String>
  private var node: CommandNode<Context>
  private var collected = CollectedArguments()

  init(tree: CommandTree<Context>, arguments: [String], environment: [String: String]) {
    self.tree = tree
    self.environment = environment
    rest = arguments[...]
    node = tree.root
  }

  mutating func parse() throws(UsageError) -> Invocation<Context> {
    var optionsEnded = false
    while let token = rest.popFirst() {
      if !optionsEnded, token == "--" {
        optionsEnded = true
      } else if !optionsEnded, token == "--help" || token == "-h" {
        return .help(node)
      } else if !optionsEnded, token == "--version", node.path.count == 1 {
        return .version
      } else if !optionsEnded, isOption(token) {
        try readOption(token)
      } else if node.command != nil {
        collected.positionals.append(token)
      } else if let invocation = try descend(to: token) {
        return invocation
      }
    }
    guard let command = node.command else { throw missingCommand() }
    return .run(command, try input(of: command.parameters + tree.globals))
  }

  private var declarations: [ParameterDeclaration] {
    ((node.command?.parameters ?? []) + tree.globals).map(\.declaration)
  }

  /// A dash alone is standard input by custom, and a negative number is a value.
  private func isOption(_ token: String) -> Bool {
    guard token.hasPrefix("-"), let second = token.dropFirst().first else { return false }
    guard second.isASCII, second.isNumber else { return true }
    return declarations.contains { $0.short == second }
  }

  private mutating func readOption(_ token: String) throws(UsageError) {
    let reader = OptionReader(declarations: declarations, command: node.path)
    try reader.read(token, rest: &rest, into: &collected)
  }

  /// Goes one word down the tree, or says what else that word asks for.
  private mutating func descend(to word: String) throws(UsageError) -> Invocation<Context>? {
    if let child = node.child(named: word) {
      node = child
      return nil
    }
    if node.path.count == 1 {
      if word == "help" { return try help() }
      if word == CommandTree<Context>.completionCommand { return try completion() }
    }
    let candidates = node.children.filter { !$0.isHidden }.map(\.name)
    let hint = Suggestion(for: word, among: candidates).map { "did you mean '\($0.word)'?" }
    let group = node.path.dropFirst().joined(separator: " ")
    let place = group.isEmpty ? "" : " of '\(group)'"
    throw UsageError("'\(word)' is no command\(place)", command: node.path, advice: hint)
  }

  /// `help export snaps` is `export snaps --help`.
  private mutating func help() throws(UsageError) -> Invocation<Context> {
    while let word = rest.popFirst() {
      if word == "--help" || word == "-h" { continue }
      guard node.command == nil else {
        throw UsageError("'\(node.path.dropFirst().joined(separator: " "))' has no subcommands", command: node.path)
      }
      if let child = node.child(named: word) {
        node = child
      } else {
        _ = try descend(to: word)
      }
    }
    return .help(node)
  }

  private mutating func completion() throws(UsageError) -> Invocation<Context> {
    let kind = rest.popFirst() ?? ""
    let prefix = rest.popFirst() ?? ""
    return .complete(kind: kind, prefix: prefix, input: try input(of: tree.globals))
  }

  private func missingCommand() -> UsageError {
    let names = node.children.filter { !$0.isHidden }.map(\.name)
    let group = node.path.dropFirst().joined(separator: " ")
    let list = names.count <= 12 ? ": one of \(names.joined(separator: ", "))" : ""
    return UsageError(
      group.isEmpty ? "a command is missing\(list)" : "'\(group)' needs a command\(list)", command: node.path)
  }

  /// The values of all parameters, from command line, environment and defaults.
  private func input(of parameters: [any Parameter]) throws(UsageError) -> Input {
    var input = Input(commandPath: node.path)
    var collected = collected
    try collected.distribute(over: parameters.map(\.declaration).filter(\.isPositional), command: node.path)
    for parameter in parameters {
      let declaration = parameter.declaration
      var texts = collected.texts[declaration.key] ?? []
      var source = declaration.displayName
      if texts.isEmpty, let name = declaration.environment, let text = environment[name], !text.isEmpty {
        texts = declaration.isRepeated ? text.split(separator: ",").map(String.init) : [text]
        source = "$\(name)"
      }
      if texts.isEmpty, declaration.isRequired { throw missing(declaration) }
      do throws(ParameterProblem) {
        input.set(declaration.key, to: try Self.value(of: parameter, texts: texts), given: !texts.isEmpty)
      } catch {
        throw UsageError("\(source): \(error.reason)", command: node.path, advice: error.advice)
      }
    }
    return input
  }

  private static func value<Declared: Parameter>(
    of parameter: Declared, texts: [String]
  ) throws(ParameterProblem) -> any Sendable {
    try parameter.value(of: texts)
  }

  private func missing(_ declaration: ParameterDeclaration) -> UsageError {
    let name =
      declaration.takesValue ? "\(declaration.displayName) <\(declaration.valueName)>" : declaration.displayName
    let hint = declaration.environment.map { "give it, or set $\($0)" }
    return UsageError("\(name) is missing", command: node.path, advice: hint)
  }
}
