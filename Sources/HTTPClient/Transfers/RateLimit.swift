import Synchronization

/// A rate that several downloads share: together they take no more.
///
/// libcurl's own limit holds for one transfer only, and lets a first burst of many buffers pass.
public final class RateLimit: Sendable {
  /// What all downloads may take together.
  public let bytesPerSecond: UInt64
  /// Up to when the rate is spent.
  private let spent = Mutex<ContinuousClock.Instant?>(nil)
  /// Time that nobody used is not made up for, except for this much.
  private static let burst: Duration = .milliseconds(100)

  /// - Parameter bytesPerSecond: At least 1.
  public init(bytesPerSecond: UInt64) { self.bytesPerSecond = max(1, bytesPerSecond) }

  /// Books bytes that arrived, and tells how long to wait before more may be taken.
  func book(_ count: Int, now: ContinuousClock.Instant = .now) -> Duration {
    spent.withLock { spent in
      // Range: what curl hands over at once is some kilobytes, so that even one byte a second makes hours; floating
      // numbers do not trap, and the clock counts from the start of the machine.
      let end = max(spent ?? now, now - Self.burst) + .seconds(Double(count) / Double(bytesPerSecond))
      spent = end
      return now.duration(to: end)
    }
  }
}
