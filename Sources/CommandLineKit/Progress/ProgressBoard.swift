/// Which items are in work, how far they are, and how that looks in lines.
struct ProgressBoard: Sendable {
  private static let interval: Duration = .milliseconds(100)

  private var items: [ProgressItem] = []
  private var lastFrame: ContinuousClock.Instant?

  mutating func begin(_ name: String, bytes: UInt64?, at now: ContinuousClock.Instant) {
    items.append(ProgressItem(name: TerminalText(part: name).text, key: name, total: bytes, began: now))
  }

  /// - Returns: Whether it is time for a new frame.
  mutating func advance(_ name: String, by bytes: UInt64, at now: ContinuousClock.Instant) -> Bool {
    guard let index = items.firstIndex(where: { $0.key == name }) else { return false }
    items[index].done = items[index].done.addingReportingOverflow(bytes).partialValue
    guard lastFrame.map({ now - $0 >= Self.interval }) ?? true else { return false }
    lastFrame = now
    return true
  }

  /// - Returns: The lines that stay; `nil` where nothing of that name is in work.
  mutating func finish(_ name: String, success: Bool, at now: ContinuousClock.Instant) -> [String]? {
    guard let index = items.firstIndex(where: { $0.key == name }) else { return nil }
    let item = items.remove(at: index)
    guard success else { return ["\(item.name): failed"] }
    return item.total == nil ? [item.name] : [item.name, " \(ProgressItem.bar(filled: 1)) 100%"]
  }

  /// Those of the items in work that fit, the oldest first, and how many do not.
  func lines(width: Int, height: Int, at now: ContinuousClock.Instant) -> [String] {
    var lines: [String] = []
    for (index, item) in items.enumerated() {
      let itemLines = item.lines(at: now)
      // One line each for the rest's count and for the cursor.
      guard lines.count + itemLines.count <= max(height - 2, 2) else {
        return lines + ["... and \(items.count - index) more"]
      }
      lines += itemLines
    }
    return lines
  }
}
