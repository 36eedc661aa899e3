import CommandLineKit
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
    #expect(Table(rows: [["a\u{1B}[2Jb\nc"]]).text == "a?[2Jb?c\n")
  }

  @Test("JSON has sorted keys, indentation and plain slashes")
  func json() throws {
    #expect(try Output.json(["b": "x/y", "a": "z"]).text == "{\n  \"a\" : \"z\",\n  \"b\" : \"x/y\"\n}\n")
  }

  @Test("text ends in one newline, and nothing stays nothing")
  func text() {
    #expect(Output("a").text == "a\n")
    #expect(Output("a\n").text == "a\n")
    #expect(Output("").text == "")
    #expect(Output.lines(["a", "b"]).text == "a\nb\n")
  }
}
