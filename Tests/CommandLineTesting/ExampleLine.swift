/// The words of an example, as a shell would split them.
struct ExampleLine {
  private let words: [String]

  init(_ line: String) { words = Self.split(line) }

  /// What follows the program up to a pipe, a redirection or a list of commands.
  func arguments(of programs: [String]) -> [String]? {
    guard let start = words.firstIndex(where: programs.contains) else { return nil }
    let ends: Set<String> = ["|", ">", "<", "&&", ";", "2>", ">>"]
    return Array(words[(start + 1)...].prefix { !ends.contains($0) })
  }

  private static func split(_ line: String) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var isEscaped = false
    for character in line {
      if isEscaped {
        word = (word ?? "") + String(character)
        isEscaped = false
      } else if character == "\\", quote != "'" {
        isEscaped = true
      } else if character == quote {
        quote = nil
      } else if quote == nil, character == "\"" || character == "'" {
        quote = character
        word = word ?? ""
      } else if quote == nil, character.isWhitespace {
        if let finished = word { words.append(finished) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    return words + (word.map { [$0] } ?? [])
  }
}
