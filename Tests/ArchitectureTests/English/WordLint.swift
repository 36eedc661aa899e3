import Foundation

/// Words that our English does without, since readers whose first language is another one stumble over them.
struct WordLint {
  struct Finding: CustomStringConvertible {
    let path: String
    let line: Int
    let word: String

    var description: String { "\(path):\(line): '\(word)': \(WordLint.advice[word] ?? "")" }
  }

  /// What to write in place of each word.
  static let advice = [
    "whoever": "name the role: the client, the administrator, the caller",
    "nobody": "name the role: no client, no caller, no other command",
    "somebody": "name the role: a client, an administrator, another command",
    "so many": "say how many: at most N, the given number of",
    "so long": "say how long: at most N seconds, until",
    "shall": "write must, or say it in the present tense",
  ]

  /// All such words in the files of the package.
  static func findings() throws -> [Finding] {
    var findings: [Finding] = []
    for path in try paths() {
      guard let text = try? String(contentsOf: SourceTree.root.appending(path: path), encoding: .utf8) else { continue }
      findings += self.findings(in: text, path: path)
    }
    return findings
  }

  /// The words of a text, line by line.
  static func findings(in text: String, path: String) -> [Finding] {
    text.components(separatedBy: "\n").enumerated().flatMap { index, line in
      // "so" and "many" that stand a comment's line apart are not found.
      let words = line.lowercased().split { !$0.isLetter && $0 != "_" }.map(String.init)
      let pairs = zip(words, words.dropFirst()).map { "\($0) \($1)" }
      return (words + pairs).filter { advice[$0] != nil }.map { Finding(path: path, line: index + 1, word: $0) }
    }
  }

  /// Of this folder the words themselves are the subject.
  private static func isRead(_ path: String) -> Bool {
    let name = path.split(separator: "/").last ?? ""
    return !path.hasPrefix("Tests/ArchitectureTests/English/") && !path.contains("/.") && !path.contains("__pycache__")
      && (["swift", "md", "yaml", "py", "sh"].contains { name.hasSuffix(".\($0)") }
        || path.hasPrefix("scripts/") && !name.contains("."))
  }

  private static func paths() throws -> [String] {
    let below = try ["Sources", "Tests", "docs", "scripts"].flatMap { folder in
      try FileManager.default.subpathsOfDirectory(atPath: SourceTree.root.appending(path: folder).path)
        .map { "\(folder)/\($0)" }
    }
    return (["CHANGELOG.md", "README.md", "CONTRIBUTING.md"] + below).filter(isRead).sorted()
  }
}
