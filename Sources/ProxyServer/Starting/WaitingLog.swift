import Logging
import Synchronization

/// Decides which reports of a database that does not answer go to the log: each reason once, and once more as an error when
/// the wait is longer than usual.
final class WaitingLog: Sendable {
  /// A database that starts with the host may be as late as this.
  private static let usualDelay = Duration.seconds(15)

  private let started = ContinuousClock.now
  private let reported = Mutex<Set<String>>([])

  /// The level for a reason; `nil` where it was reported before.
  func level(of reason: String, at now: ContinuousClock.Instant = .now) -> Logger.Level? {
    let level: Logger.Level = started.duration(to: now) < Self.usualDelay ? .notice : .error
    return reported.withLock { $0.insert("\(level) \(reason)").inserted } ? level : nil
  }
}
