/// Reads one word that begins with a dash, and the value behind it.
struct OptionReader {
  let declarations: [ParameterDeclaration]
  let command: [String]

  func read(
    _ token: String, rest: inout ArraySlice<String>, into collected: inout CollectedArguments
  ) throws(UsageError) {
    if token.hasPrefix("--") {
      try readLong(token, rest: &rest, into: &collected)
    } else {
      try readCluster(token, rest: &rest, into: &collected)
    }
  }

  /// `--name`, `--no-name`, `--name value`, `--name=value`.
  private func readLong(
    _ token: String, rest: inout ArraySlice<String>, into collected: inout CollectedArguments
  ) throws(UsageError) {
    let parts = token.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts.first ?? "")
    let attached = parts.count > 1 ? String(parts[1]) : nil
    if let declaration = declarations.first(where: { !$0.isPositional && $0.name == name }) {
      let text: String
      if let attached {
        text = attached
      } else {
        text = declaration.takesValue ? try value(of: declaration, written: "--\(name)", from: &rest) : "true"
      }
      collected.texts[declaration.key, default: []].append(text)
    } else if let declaration = declarations.first(where: { $0.isNegatable && "no-\($0.name)" == name }) {
      guard attached == nil else { throw UsageError("--\(name) takes no value", command: command) }
      collected.texts[declaration.key, default: []].append("false")
    } else {
      throw unknown("--\(name)")
    }
  }

  /// `-a`, `-abc` for `-a -b -c`, `-o value`, `-ovalue`, `-o=value`.
  private func readCluster(
    _ token: String, rest: inout ArraySlice<String>, into collected: inout CollectedArguments
  ) throws(UsageError) {
    var letters = token.dropFirst()
    while let letter = letters.popFirst() {
      guard let declaration = declarations.first(where: { $0.short == letter }) else { throw unknown("-\(letter)") }
      guard declaration.takesValue else {
        // `-j=false`, as with the long name.
        let text = letters.first == "=" ? String(letters.dropFirst()) : "true"
        if letters.first == "=" { letters = "" }
        collected.texts[declaration.key, default: []].append(text)
        continue
      }
      let attached = letters.first == "=" ? letters.dropFirst() : letters
      let text =
        letters.isEmpty ? try value(of: declaration, written: "-\(letter)", from: &rest) : String(attached)
      collected.texts[declaration.key, default: []].append(text)
      return
    }
  }

  /// The next word; one that is itself an option here was more probably not meant as the value.
  private func value(
    of declaration: ParameterDeclaration, written: String, from rest: inout ArraySlice<String>
  ) throws(UsageError) -> String {
    guard let next = rest.first, next != "--" else {
      throw UsageError("\(written) needs a value: <\(declaration.valueName)>", command: command)
    }
    let name = next.split(separator: "=", maxSplits: 1).first ?? ""
    guard !spellings.contains(String(name)) else {
      throw UsageError(
        "\(written) needs a value: <\(declaration.valueName)>", command: command,
        advice: "write --\(declaration.name)=\(next) if '\(next)' is the value")
    }
    rest = rest.dropFirst()
    return next
  }

  /// Every way to write an option here.
  private var spellings: [String] {
    declarations.filter { !$0.isPositional }.flatMap { declaration in
      ["--\(declaration.name)"] + (declaration.isNegatable ? ["--no-\(declaration.name)"] : [])
        + (declaration.short.map { ["-\($0)"] } ?? [])
    } + ["--help", "-h"]
  }

  private func unknown(_ written: String) -> UsageError {
    let visible = OptionReader(declarations: declarations.filter { !$0.isHidden }, command: command).spellings
    let long = visible.filter { $0.hasPrefix("--") }
    let hint = written.hasPrefix("--") ? Suggestion(for: written, among: long) : nil
    return UsageError(
      "unknown option '\(written)'", command: command, advice: hint.map { "did you mean '\($0.word)'?" })
  }
}

extension ParameterDeclaration {
  /// Whether `--no-name` turns it off.
  var isNegatable: Bool { kind == .flag(negatable: true) }
}
