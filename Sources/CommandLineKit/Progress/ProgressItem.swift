/// One item in work.
struct ProgressItem: Sendable {
  private static let barWidth = 20

  let name: String
  let key: String
  let total: UInt64?
  let began: ContinuousClock.Instant
  var done: UInt64 = 0

  /// The line that announces it, and a bar or the bytes so far.
  func lines(at now: ContinuousClock.Instant) -> [String] {
    guard let total else { return done == 0 ? [name] : [name, " \(ByteCount(done))\(rateText(at: now))"] }
    let part = total == 0 ? 1 : min(Double(done) / Double(total), 1)
    let percent = String(Int(part * 100))
    let padded = String(repeating: " ", count: 3 - percent.count) + percent
    return [name, " \(Self.bar(filled: part)) \(padded)%\(rateText(at: now))\(remainingText(of: total, at: now))"]
  }

  /// `[##########          ]`.
  static func bar(filled part: Double) -> String {
    let count = Int(part * Double(barWidth))
    return "[\(String(repeating: "#", count: count))\(String(repeating: " ", count: barWidth - count))]"
  }

  /// Bytes in a second since it began; `nil` in the first half second, which tells too little.
  private func rate(at now: ContinuousClock.Instant) -> Double? {
    let seconds = (now - began) / .seconds(1)
    return seconds < 0.5 || done == 0 ? nil : Double(done) / seconds
  }

  private func rateText(at now: ContinuousClock.Instant) -> String {
    rate(at: now).map { "  \(ByteCount(UInt64($0)))/s" } ?? ""
  }

  private func remainingText(of total: UInt64, at now: ContinuousClock.Instant) -> String {
    guard let rate = rate(at: now), total > done else { return "" }
    let seconds = Double(total - done) / rate
    guard seconds < 360_000 else { return "" }
    let (minutes, rest) = Int(seconds.rounded(.up)).quotientAndRemainder(dividingBy: 60)
    return "  \(minutes):\(rest < 10 ? "0" : "")\(rest) left"
  }
}
