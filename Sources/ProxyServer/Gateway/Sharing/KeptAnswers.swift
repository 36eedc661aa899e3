import HTTPClient
import Reporting
import Synchronization

/// Answers of the upstream store that hold for a while, with a bound on their bytes. What was not asked for longest goes
/// first.
final class KeptAnswers: Sendable {
  private struct Entry {
    let response: UpstreamResponse
    let end: ContinuousClock.Instant
    let size: Int
    var use: UInt64
  }

  private struct State {
    var entries: [UpstreamQuestion: Entry] = [:]
    var bytes = 0
    var uses: UInt64 = 0

    mutating func use() -> UInt64 {
      uses += 1
      return uses
    }

    mutating func remove(_ question: UpstreamQuestion) {
      if let entry = entries.removeValue(forKey: question) { bytes = Saturating.difference(bytes, entry.size) }
    }
  }

  /// What an entry costs beside its body: address, headers and the place in the table. In bytes.
  static let overhead = 1024

  private let limit: Int
  private let now: @Sendable () -> ContinuousClock.Instant
  private let state = Mutex(State())

  /// - Parameter limit: Of all entries, in bytes.
  init(limit: Int, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
    self.limit = limit
    self.now = now
  }

  /// The bytes of all entries.
  var bytes: Int { state.withLock { $0.bytes } }

  /// The answer, while it holds.
  func answer(to question: UpstreamQuestion) -> UpstreamResponse? {
    let now = now()
    return state.withLock { state in
      guard let entry = state.entries[question] else { return nil }
      guard entry.end > now else {
        state.remove(question)
        return nil
      }
      let use = state.use()
      state.entries[question]?.use = use
      return entry.response
    }
  }

  /// Keeps an answer, unless it alone would take an eighth of the room.
  func keep(_ response: UpstreamResponse, to question: UpstreamQuestion, for lifetime: Duration) {
    let size = Saturating.sum(response.body.count, Self.overhead)
    guard size <= limit / 8 else { return }
    let now = now()
    state.withLock { state in
      state.remove(question)
      let rest = Saturating.difference(limit, size)
      if state.bytes > rest { Self.makeRoom(in: &state, upTo: rest, now) }
      let use = state.use()
      state.entries[question] = Entry(response: response, end: now.advanced(by: lifetime), size: size, use: use)
      Saturating.add(size, to: &state.bytes)
    }
  }

  /// Removes what is over, and then a quarter of the room at once, so that it is seldom looked for.
  private static func makeRoom(in state: inout State, upTo limit: Int, _ now: ContinuousClock.Instant) {
    for (question, entry) in state.entries where entry.end <= now { state.remove(question) }
    guard state.bytes > limit else { return }
    for (question, _) in state.entries.sorted(by: { $0.value.use < $1.value.use }) {
      if state.bytes <= Saturating.difference(limit, limit / 4) { return }
      state.remove(question)
    }
  }
}
