import Synchronization

/// Slows down who tries too often, by address: so many attempts at once, and then one for each interval.
final class AttemptLimiter: Sendable {
  private struct Bucket {
    var left: Double
    var at: ContinuousClock.Instant
  }

  /// More addresses than this at once are somebody's flood; the fullest buckets are forgotten.
  private static let most = 10_000

  private let burst: Double
  private let interval: Duration
  private let now: @Sendable () -> ContinuousClock.Instant
  private let buckets = Mutex<[String: Bucket]>([:])

  init(burst: Int, interval: Duration, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
    self.burst = Double(burst)
    self.interval = interval
    self.now = now
  }

  /// Whether the address has an attempt left; takes none.
  func allows(_ address: String) -> Bool { left(of: address, taking: 0) >= 1 }

  /// Takes an attempt away.
  func count(_ address: String) { _ = left(of: address, taking: 1) }

  // Range: floating numbers do not trap.
  private func left(of address: String, taking amount: Double) -> Double {
    buckets.withLock { buckets in
      let now = now()
      if buckets.count > Self.most { buckets = buckets.filter { refilled($0.value, at: now) < burst } }
      if buckets.count > Self.most { buckets.removeAll() }
      var bucket = buckets[address] ?? Bucket(left: burst, at: now)
      bucket = Bucket(left: refilled(bucket, at: now), at: now)
      let before = bucket.left
      if amount > 0 {
        bucket.left = max(0, bucket.left - amount)
        buckets[address] = bucket
      }
      return before
    }
  }

  // Range: floating numbers do not trap, and what is between two moments of a clock fits.
  private func refilled(_ bucket: Bucket, at now: ContinuousClock.Instant) -> Double {
    min(burst, bucket.left + (now - bucket.at) / interval)
  }
}
