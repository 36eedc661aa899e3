import Testing

@Suite("Terminal output") struct TerminalOutputTests {
  /// What would write to a terminal and leave the control characters in what it writes.
  private static let calls = [
    " print(", "(print(", "debugPrint(", " dump(", "fputs(", "puts(", "printf(", "FileHandle.standardOutput",
    "FileHandle.standardError", "STDOUT_FILENO", "STDERR_FILENO", "/dev/tty",
  ]

  @Test("Programs write to the terminal by CommandLineKit's Terminal alone", arguments: calls)
  func oneWay(call: String) throws {
    for file in try SourceTree("Sources").files where file.folder != "Sources/CommandLineKit/Terminal" {
      for (number, line) in file.lines.enumerated() where line.contains(call) && !Self.isDeclaration(line) {
        Issue.record("\(file.path):\(number + 1) uses \(call.trimmingPrefix(" ")); use Terminal.print or note")
      }
    }
  }

  /// Functions of our own with such a name, and calls of these.
  private static func isDeclaration(_ line: String) -> Bool {
    line.contains("func print(") || line.contains("try print(") || line.contains("    /// ") || line.contains("// ")
  }

  @Test("Only CommandLineKit makes text that a terminal obeys")
  func oneMaker() throws {
    for file in try SourceTree("Sources").files where file.target != "CommandLineKit" {
      for (number, line) in file.lines.enumerated() where line.contains("u{1B}") || line.contains("u{1b}") {
        Issue.record("\(file.path):\(number + 1) has an escape sequence; see TerminalText")
      }
    }
  }
}
