extension String {
  /// One word for bash and zsh: in single quotes.
  var shellQuoted: String { "'\(replacing("'", with: "'\\''"))'" }

  /// One word for fish, where a backslash means something inside single quotes.
  var fishQuoted: String { "'\(replacing("\\", with: "\\\\").replacing("'", with: "\\'"))'" }

  /// The first sentence on one line, without its period.
  var firstSentence: String {
    let line = split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let sentence = line.firstRange(of: ". ").map { line[..<$0.lowerBound] } ?? line[...]
    return String(sentence.hasSuffix(".") ? sentence.dropLast() : sentence)
  }

}
