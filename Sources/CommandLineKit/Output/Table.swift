/// Rows of text in columns, which are padded to their widest cell and two spaces.
public struct Table: Hashable, Sendable {
  /// What stands above the columns; none where it is empty.
  public var header: [String]
  /// The cells; rows may be shorter than the header.
  public var rows: [[String]]
  /// Whether dashes as wide as each column stand below the header.
  public var hasRule: Bool
  /// Columns whose cells stand at the right, as numbers do; the first is 0.
  public var rightAligned: Set<Int>

  /// A table of its rows.
  public init(_ header: [String] = [], rows: [[String]] = [], hasRule: Bool = false, rightAligned: Set<Int> = []) {
    self.header = header
    self.rows = rows
    self.hasRule = hasRule
    self.rightAligned = rightAligned
  }

  /// The lines; none ends in spaces. Cells may hold what others wrote, so that their control characters are shown.
  public var text: String {
    var lines = header.isEmpty ? rows : [header] + rows
    lines = lines.map { $0.map { TerminalText(part: $0).text } }
    let count = lines.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in lines.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    if hasRule, !header.isEmpty { lines.insert(widths.map { String(repeating: "-", count: $0) }, at: 1) }
    return lines.map { line(of: $0, widths: widths) + "\n" }.joined()
  }

  private func line(of cells: [String], widths: [Int]) -> String {
    var line = ""
    for (column, cell) in cells.enumerated() {
      let padding = String(repeating: " ", count: widths[column] - cell.count)
      line += (column > 0 ? "  " : "") + (rightAligned.contains(column) ? padding + cell : cell + padding)
    }
    return String(line.reversed().drop { $0 == " " }.reversed())
  }
}
