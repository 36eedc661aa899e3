import Testing

@Suite("Our English") struct WordLintTests {
  @Test("is free of words that readers stumble over, but for what older files have")
  func words() throws {
    let found = Dictionary(grouping: try WordLint.findings(), by: \.path)
    for (path, findings) in found {
      let known = OldWords.count[path] ?? 0
      guard findings.count > known else { continue }
      Issue.record(
        """
        \(path) has \(findings.count) of the words that our English does without; at most \(known) are left from before. \
        Rewrite what you have added; never raise a number in Tests/ArchitectureTests/English/OldWords.swift.
        \(findings.map(\.description).joined(separator: "\n"))
        """)
    }
  }

  @Test("gets better: the list of older files only shrinks")
  func ratchet() throws {
    let found = Dictionary(grouping: try WordLint.findings(), by: \.path)
    for (path, known) in OldWords.count {
      let count = found[path]?.count ?? 0
      guard count < known else { continue }
      Issue.record(
        """
        \(path) has \(count) old words, and Tests/ArchitectureTests/English/OldWords.swift says \(known). \
        \(count == 0 ? "Remove its line there." : "Write \(count) there.")
        """)
    }
  }

  @Test(
    "forbidden words are found in every spelling",
    arguments: [
      ("/// Whoever asks.", ["whoever"]), ("nobody's, somebody", ["nobody", "somebody"]),
      ("So many bytes", ["so many"]),
      ("it takes so long.", ["so long"]), ("func nobody() {", ["nobody"]), ("it shall", ["shall"]),
    ])
  func found(line: String, words: [String]) {
    #expect(WordLint.findings(in: line, path: "a").map(\.word) == words)
  }

  @Test("other words are not", arguments: ["shallow", "NobodyLoggedIn", "so that many", "User_nobody", "solong"])
  func notFound(line: String) { #expect(WordLint.findings(in: line, path: "a").isEmpty) }

  @Test("a finding says where it is and what to write")
  func message() {
    let finding = WordLint.findings(in: "\nit shall", path: "docs/a.md").first
    #expect(finding?.description == "docs/a.md:2: 'shall': write must, or say it in the present tense")
  }
}
