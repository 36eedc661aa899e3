import Synchronization

/// Bounds the bytes that all collected answers of a client hold while they arrive: a limit for each answer alone would
/// allow many large ones at once.
final class BodyBudget: Sendable {
  private let limit: Int
  private let used = Mutex(0)

  /// - Parameter limit: In bytes.
  init(limit: Int) { self.limit = limit }

  /// Books bytes; they stay booked until ``giveBack(_:)``.
  /// - Returns: `false` where they do not fit.
  func take(_ bytes: Int) -> Bool {
    used.withLock { used in
      // Range: `used` is 0...limit, so that neither the difference nor the sum overflows.
      guard bytes <= limit - used else { return false }
      // Range: the sum is at most `limit`.
      used += bytes
      return true
    }
  }

  // Range: at most what is used is given back.
  /// Ends the booking of bytes that were taken.
  func giveBack(_ bytes: Int) { used.withLock { $0 -= min(bytes, $0) } }
}
