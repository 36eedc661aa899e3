import HTTPClient
import Synchronization
import Testing

@testable import ProxyServer

@Suite("Shared answers") struct SharedAnswersTests {
  private struct Failure: Error {}

  private static func question(
    _ url: String, _ headers: [(String, String)] = [], body: [UInt8]? = nil
  ) -> UpstreamQuestion { UpstreamQuestion(UpstreamRequest(url: url, headers: headers, body: body)) }

  /// Asks that wait until they are let go, and are counted.
  private final class Upstream: Sendable {
    private struct State {
      var asked = 0
      var cancelled = 0
    }
    private let state = Mutex(State())
    private let gate = AsyncStream.makeStream(of: Void.self)
    var asked: Int { state.withLock { $0.asked } }
    var cancelled: Int { state.withLock { $0.cancelled } }

    func ask(failing: Bool = false) async throws -> UpstreamResponse {
      let number = state.withLock { state in
        state.asked += 1
        return state.asked
      }
      for await _ in gate.stream {}
      if Task.isCancelled {
        state.withLock { $0.cancelled += 1 }
        throw CancellationError()
      }
      if failing { throw Failure() }
      return UpstreamResponse(status: 200, body: [UInt8(number)])
    }

    func letGo() { gate.continuation.finish() }
  }

  private static func wait(_ answers: SharedAnswers, for count: Int) async {
    while answers.waiting != count { await Task.yield() }
  }

  @Test("the same question is asked once for all who have it at the same time", .timeLimit(.minutes(5)))
  func once() async throws {
    let (answers, upstream) = (SharedAnswers(), Upstream())
    let tasks = (0..<50).map { _ in
      Task { try await answers.answer(to: Self.question("/jq")) { try await upstream.ask() } }
    }
    await Self.wait(answers, for: 50)
    upstream.letGo()
    for task in tasks { #expect(try await task.value.body == [1]) }
    #expect(upstream.asked == 1)
    // What is asked afterwards is asked anew.
    #expect(try await answers.answer(to: Self.question("/jq")) { try await upstream.ask() }.body == [2])
    #expect(answers.waiting == 0)
  }

  @Test("who asks, for which store and in which form, makes another question")
  func identity() {
    let plain = Self.question("/jq", [("Accept", "a")])
    #expect(plain == Self.question("/jq", [("accept", "a")]))
    for other in [
      Self.question("/htop", [("Accept", "a")]), Self.question("/jq", [("Accept", "b")]),
      Self.question("/jq", [("Accept", "a"), ("Authorization", "Macaroon 1")]),
      Self.question("/jq", [("Accept", "a"), ("Snap-Device-Store", "brand")]),
      Self.question("/jq", [("Accept", "a")], body: [1]),
    ] { #expect(plain != other) }
  }

  @Test("a request that leaves ends no other; the last one ends the question", .timeLimit(.minutes(5)))
  func cancellation() async throws {
    let (answers, upstream) = (SharedAnswers(), Upstream())
    let ask = { @Sendable in try await answers.answer(to: Self.question("/jq")) { try await upstream.ask() } }
    let first = Task { try await ask() }
    await Self.wait(answers, for: 1)
    let second = Task { try await ask() }
    await Self.wait(answers, for: 2)
    first.cancel()
    await #expect(throws: CancellationError.self) { try await first.value }
    #expect(answers.waiting == 1)
    second.cancel()
    await #expect(throws: CancellationError.self) { try await second.value }
    while upstream.cancelled == 0 { await Task.yield() }
    #expect(upstream.asked == 1)
    // Who comes then does not wait for what was given up.
    upstream.letGo()
    #expect(try await ask().body == [2])
  }

  @Test("a failure goes to all requests that wait, and to no later one", .timeLimit(.minutes(5)))
  func failure() async throws {
    let (answers, upstream) = (SharedAnswers(), Upstream())
    let tasks = (0..<3).map { _ in
      Task { try await answers.answer(to: Self.question("/jq")) { try await upstream.ask(failing: true) } }
    }
    await Self.wait(answers, for: 3)
    upstream.letGo()
    for task in tasks { await #expect(throws: Failure.self) { try await task.value } }
    #expect(try await answers.answer(to: Self.question("/jq")) { try await upstream.ask() }.status == 200)
  }
}

@Suite("Kept answers") struct KeptAnswersTests {
  private static func question(_ number: Int) -> UpstreamQuestion {
    UpstreamQuestion(UpstreamRequest(url: "/\(number)"))
  }

  @Test("an answer holds for its time, and no longer")
  func lifetime() {
    let now = Mutex(ContinuousClock.now)
    let kept = KeptAnswers(limit: 1 << 20, now: { now.withLock { $0 } })
    kept.keep(UpstreamResponse(status: 200, body: [1]), to: Self.question(1), for: .seconds(60))
    now.withLock { $0 += .seconds(59) }
    #expect(kept.answer(to: Self.question(1))?.body == [1])
    now.withLock { $0 += .seconds(1) }
    #expect(kept.answer(to: Self.question(1)) == nil)
    #expect(kept.bytes == 0)
  }

  @Test("the bytes are bounded, and what was asked for lately stays")
  func bound() {
    let limit = 100_000
    let kept = KeptAnswers(limit: limit)
    let answer = UpstreamResponse(status: 200, body: [UInt8](repeating: 1, count: 1000))
    for number in 0..<10_000 {
      kept.keep(answer, to: Self.question(number), for: .seconds(60))
      #expect(kept.bytes <= limit)
      _ = kept.answer(to: Self.question(0))
    }
    #expect(kept.answer(to: Self.question(0)) != nil)
    #expect(kept.answer(to: Self.question(9_999)) != nil)
    #expect(kept.answer(to: Self.question(1)) == nil)
    kept.keep(
      UpstreamResponse(status: 200, body: [UInt8](repeating: 1, count: limit)), to: Self.question(-1), for: .seconds(60)
    )
    #expect(kept.answer(to: Self.question(-1)) == nil)
  }
}
