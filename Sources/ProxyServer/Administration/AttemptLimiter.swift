import Synchronization

/// A token bucket for each client: `burst` attempts at once, then one per interval. Clients are counted by IPv4 address and
/// by the /64 of an IPv6 address.
final class AttemptLimiter: Sendable {
  private struct Bucket {
    var left: Double
    var at: ContinuousClock.Instant
  }

  private struct State {
    var buckets: [ClientNetwork: Bucket] = [:]
    /// Of all clients that find no room for a bucket of their own.
    var common: Bucket?
  }

  private let burst: Double
  private let interval: Duration
  private let most: Int
  private let now: @Sendable () -> ContinuousClock.Instant
  private let state = Mutex(State())

  /// - Parameters:
  ///   - burst: Attempts at once, 1 or more.
  ///   - most: Clients that have their own bucket. While this number of buckets is not full, all further clients share one
  ///     bucket; no bucket is dropped for another client.
  init(
    burst: Int, interval: Duration, most: Int = 10_000,
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) {
    self.burst = Double(burst)
    self.interval = interval
    self.most = most
    self.now = now
  }

  /// Whether the client has an attempt left; takes none.
  /// - Parameter client: `nil` for one that is not limited, such as a load balancer.
  func allows(_ client: ClientNetwork?) -> Bool { client.map { left(of: $0, taking: 0) >= 1 } ?? true }

  /// Takes an attempt away.
  func count(_ client: ClientNetwork?) {
    if let client { _ = left(of: client, taking: 1) }
  }

  // Range: floating numbers do not trap.
  private func left(of client: ClientNetwork, taking amount: Double) -> Double {
    state.withLock { state in
      let now = now()
      if state.buckets[client] == nil, state.buckets.count >= most {
        // A bucket that is full again says nothing.
        state.buckets = state.buckets.filter { refilled($0.value, at: now) < burst }
      }
      let isOwn = state.buckets[client] != nil || state.buckets.count < most
      var bucket = (isOwn ? state.buckets[client] : state.common) ?? Bucket(left: burst, at: now)
      bucket = Bucket(left: refilled(bucket, at: now), at: now)
      let before = bucket.left
      if amount > 0 {
        bucket.left = max(0, bucket.left - amount)
        if isOwn { state.buckets[client] = bucket } else { state.common = bucket }
      }
      return before
    }
  }

  // Range: floating numbers do not trap, and what is between two moments of a clock fits.
  private func refilled(_ bucket: Bucket, at now: ContinuousClock.Instant) -> Double {
    min(burst, bucket.left + (now - bucket.at) / interval)
  }
}
