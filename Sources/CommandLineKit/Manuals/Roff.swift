/// Text in the man macros of roff.
struct Roff: Sendable {
  private(set) var text = ".\\\" Generated from the declarations of the commands.\n"

  mutating func title(_ name: String, section: Int, source: String) {
    request("TH", [name.uppercased(), "\(section)", "", source])
    text += ".nh\n.ad l\n"
  }

  mutating func section(_ title: String) { request("SH", [title]) }

  mutating func subsection(_ title: String) { request("SS", [title]) }

  mutating func text(_ line: String) { text += escaped(line) + "\n" }

  mutating func bold(_ bold: String, plain: String) { text += "\\fB\(escaped(bold))\\fR\(escaped(plain))\n" }

  mutating func paragraphs(_ paragraphs: String) {
    for paragraph in paragraphs.split(separator: "\n\n") where !paragraph.isEmpty {
      text += ".PP\n"
      if paragraph.hasPrefix(" ") {
        text += ".nf\n\(paragraph.split(separator: "\n").map { escaped(String($0)) + "\n" }.joined()).fi\n"
      } else {
        self.text(paragraph.split(whereSeparator: \.isNewline).joined(separator: " "))
      }
    }
  }

  mutating func item(_ term: String, _ meaning: String) {
    text += ".TP\n\\fB\(escaped(term))\\fR\n"
    self.text(meaning)
  }

  mutating func parameter(_ declaration: ParameterDeclaration) {
    item(String(declaration.listText.drop { $0 == " " }), declaration.helpWithRemarks)
  }

  mutating func examples(_ examples: [Example]) {
    for example in examples {
      text += ".PP\n\(escaped(example.explanation)):\n.PP\n.RS 4\n.nf\n\(escaped(example.commandLine))\n.fi\n.RE\n"
    }
  }

  private mutating func request(_ name: String, _ arguments: [String]) {
    let words = arguments.map { "\"\(escaped($0).replacing("\"", with: "\\(dq"))\"" }
    text += ".\(name) \(words.joined(separator: " "))\n"
  }

  /// Backslashes and dashes as themselves; a period or quote at the beginning would be a request.
  private func escaped(_ line: String) -> String {
    let plain = line.replacing("\\", with: "\\e").replacing("-", with: "\\-").replacing("'", with: "\\(aq")
      .replacing("~", with: "\\(ti").replacing("^", with: "\\(ha").replacing("`", with: "\\(ga")
    return plain.hasPrefix(".") ? "\\&\(plain)" : plain
  }
}
