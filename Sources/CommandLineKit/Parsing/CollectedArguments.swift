/// What was written for each parameter, before anything is made of it.
struct CollectedArguments: Sendable {
  /// By parameter, in the order of writing.
  var texts: [ParameterKey: [String]] = [:]
  /// Words that belong to no option; which parameter takes them is known at the end of the line.
  var positionals: [String] = []

  /// Gives each positional its word, a repeated one all but what those behind it need.
  mutating func distribute(over declarations: [ParameterDeclaration], command: [String]) throws(UsageError) {
    var words = positionals[...]
    for (index, declaration) in declarations.enumerated() {
      let needed = declarations[(index + 1)...].count(where: \.isRequired)
      let count = declaration.isRepeated ? max(words.count - needed, 0) : min(words.count, 1)
      if count > 0 { texts[declaration.key] = Array(words.prefix(count)) }
      words = words.dropFirst(count)
    }
    if let unexpected = words.first {
      let hint = unexpected.contains(" ") ? nil : declarations.isEmpty ? "this command takes only options" : nil
      throw UsageError("unexpected argument '\(unexpected)'", command: command, advice: hint)
    }
  }
}
