import Reporting
import Synchronization

/// Counts what the server does, for `/_status/metrics`. The lengths that it adds up are what peers say, so that no total
/// may end the process: see ``Saturating``.
final class ServerMetrics: Sendable {
  /// What is counted of each route and status.
  struct Requests: Sendable {
    var count = 0
    var seconds = 0.0
    /// How many took at most so long, one for each of ``ServerMetrics/buckets``.
    var within = [Int](repeating: 0, count: ServerMetrics.buckets.count)
  }

  struct Label: Hashable, Sendable {
    let route: String
    let status: Int
  }

  struct Snapshot: Sendable {
    var requests: [Label: Requests] = [:]
    var answeredBytes = 0
    var fileBytes = 0
    var brokenTransfers = 0
    var connections = 0
    var refusedConnections = 0
    var stalledConnections = 0
    var cacheAnswers: [CacheAnswer: Int] = [:]
  }

  /// How a file of the upstream store came to a device.
  enum CacheAnswer: String, Sendable, CaseIterable {
    /// From the cache.
    case hit
    /// While it arrived, or because of it.
    case miss
    /// Past the cache.
    case bypass
  }

  /// Upper limits of the histogram, in seconds.
  static let buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 10]

  private let state = Mutex(Snapshot())

  var snapshot: Snapshot { state.withLock { $0 } }

  func answered(route: String, status: Int, after duration: Duration, bytes: Int) {
    let seconds = duration / .seconds(1)
    let label = Label(route: route, status: status)
    state.withLock { state in
      Saturating.add(bytes, to: &state.answeredBytes)
      state.requests[label, default: Requests()].count += 1
      // Range: floating numbers do not trap.
      state.requests[label, default: Requests()].seconds += seconds
      // All later buckets hold it too; they are added up when they are shown.
      if let bucket = Self.buckets.firstIndex(where: { seconds <= $0 }) {
        state.requests[label, default: Requests()].within[bucket] += 1
      }
    }
  }

  func sentFile(bytes: Int, complete: Bool) {
    state.withLock { state in
      Saturating.add(bytes, to: &state.fileBytes)
      if !complete { state.brokenTransfers += 1 }
    }
  }

  func sentUpstreamFile(_ answer: CacheAnswer) { state.withLock { $0.cacheAnswers[answer, default: 0] += 1 } }
  func connectionOpened() { state.withLock { $0.connections += 1 } }
  func refusedConnection() { state.withLock { $0.refusedConnections += 1 } }
  func stalledConnection() { state.withLock { $0.stalledConnections += 1 } }
  // Range: each connection that closes was opened before.
  func connectionClosed() { state.withLock { $0.connections -= 1 } }
}
