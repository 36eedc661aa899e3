/// Breaks text into lines of a width.
struct TextLayout: Sendable {
  let width: Int

  /// Paragraphs, each broken between words; lines that begin with a space stay as they are.
  func paragraphs(_ text: String, indent: Int = 0) -> String {
    text.split(separator: "\n\n").map { paragraph in
      if paragraph.hasPrefix(" ") { return paragraph + "\n" }
      return lines(of: String(paragraph), width: width - indent)
        .map { String(repeating: " ", count: indent) + $0 + "\n" }.joined()
    }.joined(separator: "\n")
  }

  /// Terms at the left and what they mean in a column at the right; a term too long for it has a line of its own.
  func definitions(_ rows: [(term: String, text: String)]) -> String {
    let longest = rows.map(\.term.count).filter { $0 <= 28 }.max() ?? 0
    let column = longest + 4
    return rows.map { row in
      var result = "  \(row.term)"
      let text = lines(of: row.text, width: max(width - column, 20))
      if text.isEmpty { return result + "\n" }
      if row.term.count > longest {
        result += "\n"
      } else {
        result += String(repeating: " ", count: longest - row.term.count + 2) + text[0] + "\n"
      }
      for line in row.term.count > longest ? text[...] : text.dropFirst() {
        result += String(repeating: " ", count: column) + line + "\n"
      }
      return result
    }.joined()
  }

  private func lines(of text: String, width: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(whereSeparator: \.isWhitespace) {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}
