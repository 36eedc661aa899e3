import CommandLineKit
import CommandLineTesting
import Foundation
import Testing

@Suite("Output") struct OutputTests {
  @Test("a table pads its columns with two spaces and ends no line in spaces")
  func table() {
    let table = Table(["Name", "Stores"], rows: [["core24", "ubuntu"], ["x", ""]])
    #expect(Output.table(table).text == "Name    Stores\ncore24  ubuntu\nx\n")
  }

  @Test("a rule is as wide as each column, and numbers stand at the right")
  func rule() {
    let table = Table(["Name", "Size"], rows: [["a", "1"], ["long-one", "12345"]], hasRule: true, rightAligned: [1])
    #expect(table.text == "Name       Size\n--------  -----\na             1\nlong-one  12345\n")
  }

  @Test("a table of nothing is empty, and control characters do not reach the terminal")
  func hostile() {
    #expect(Table().text == "")
    #expect(Table(rows: [["a\u{1B}[2Jb\nc"]]).text == #"a\u{1b}[2Jb\u{a}c"# + "\n")
  }

  @Test("JSON has sorted keys, indentation and plain slashes")
  func json() throws {
    #expect(try Output.json(["b": "x/y", "a": "z"]).text == "{\n  \"a\" : \"z\",\n  \"b\" : \"x/y\"\n}\n")
  }

  @Test("what others wrote reaches a terminal as text that it only draws, whichever way it is printed")
  func untrusted() throws {
    let (evil, harmless) = (
      "a\u{1B}[31mb\u{9B}c\u{202E}d\u{2066}e\u{2028}f\nerror: g\r\u{7F}\u{200B}",
      #"a\u{1b}[31mb\u{9b}c\u{202e}d\u{2066}e\u{2028}f\u{a}error: g\u{d}\u{7f}\u{200b}"#
    )
    let terminal = RecordingTerminal()
    terminal.print(evil)
    terminal.print(.lines([evil]))
    terminal.print(.table(Table(rows: [[evil]])))
    terminal.note(evil)
    TerminalProgress(terminal).note(evil)
    TerminalProgress(terminal).began(evil, bytes: nil)
    #expect(terminal.output == String(repeating: harmless + "\n", count: 3))
    #expect(terminal.error == String(repeating: harmless + "\n", count: 3))
    // What is written in other scripts stays as it is, joiners and tabs included.
    terminal.print("é 日本 \u{1F468}\u{200D}\u{1F469} a\tb")
    #expect(terminal.output.hasSuffix("é 日本 \u{1F468}\u{200D}\u{1F469} a\tb\n"))
  }

  @Test("JSON stays JSON, and says the same, where it holds what a terminal would obey") func untrustedJSON() throws {
    let evil = ["name": "a\u{1B}[31m\u{202E}\u{9B}\u{E0001}\u{2028}z"]
    let output = try Output.json(evil)
    #expect(output.text.unicodeScalars.allSatisfy { $0 == "\n" || (0x20..<0x7f).contains($0.value) }, "\(output.text)")
    #expect(try JSONDecoder().decode([String: String].self, from: Data(output.text.utf8)) == evil)
    let terminal = RecordingTerminal()
    terminal.print(output)
    #expect(terminal.output == output.text)
  }

  @Test("a progress bar's own control sequences remain, and nothing of an item's name passes for one") func progress() {
    let terminal = RecordingTerminal(isInteractive: true)
    let progress = TerminalProgress(terminal)
    progress.began("x\u{1B}[2Jy", bytes: 10)
    progress.finished("x\u{1B}[2Jy", success: true)
    #expect(terminal.error.contains("\u{1B}[1A") || terminal.error.contains("\u{1B}[2A"))
    #expect(!terminal.error.contains("\u{1B}[2J"))
    #expect(terminal.error.contains(#"x\u{1b}[2Jy"#))
  }

  @Test("text ends in one newline, and nothing stays nothing")
  func text() {
    #expect(Output("a").text == "a\n")
    #expect(Output("a\n").text == "a\n")
    #expect(Output("").text == "")
    #expect(Output.lines(["a", "b"]).text == "a\nb\n")
  }
}
