/// The lines at the bottom of a terminal that are drawn again and again.
struct ProgressCanvas: Sendable {
  private var linesDrawn = 0

  /// What replaces the lines drawn last: lines that stay, then those that the next frame replaces. A line in work that
  /// is too wide is cut, since a wrapped one would leave its rest behind.
  mutating func frame(finished: [String], active: [String], width: Int) -> TerminalText {
    let up = TerminalText(control: linesDrawn > 0 ? "\u{1B}[\(linesDrawn)A\r\u{1B}[J" : "")
    linesDrawn = active.count
    // Cut after control characters are shown: what is shown takes more columns.
    let cut = active.map { String(TerminalText(part: $0).text.prefix(max(width - 1, 1))) }
    return (finished + cut).reduce(up) { $0 + TerminalText(line: $1) }
  }
}
