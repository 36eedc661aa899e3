import Synchronization

/// A clock that a test moves.
final class ManagedTime: Sendable {
  private let instant = Mutex(ContinuousClock.now)
  var value: ContinuousClock.Instant { instant.withLock { $0 } }
  func advance(_ duration: Duration) { instant.withLock { $0 += duration } }
}
