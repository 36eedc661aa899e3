import Synchronization
import Testing

@testable import ProxyServer

private final class Counter: Sendable {
  private struct Counts {
    var inside = 0
    var most = 0
  }
  private let counts = Mutex(Counts())
  var most: Int { counts.withLock { $0.most } }
  func enter() {
    counts.withLock { counts in
      counts.inside += 1
      counts.most = max(counts.most, counts.inside)
    }
  }
  func leave() { counts.withLock { $0.inside -= 1 } }
}

/// Who came in, in their order.
private final class Arrivals: Sendable {
  private let clients = Mutex<[ClientNetwork?]>([])
  var all: [ClientNetwork?] { clients.withLock { $0 } }
  func note(_ client: ClientNetwork?) { clients.withLock { $0.append(client) } }
}

@Suite("Admission") struct AdmissionLimitTests {
  @Test("lets so many in at once, the others in turn, and turns the rest away", .timeLimit(.minutes(5)))
  func limits() async throws {
    let limit = AdmissionLimit(most: 2, mostWaiting: 3, patience: .seconds(30))
    let counter = Counter()
    let gate = AsyncStream.makeStream(of: Void.self)
    let outcomes = try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 0..<8 {
        group.addTask {
          let value = try await limit.run {
            counter.enter()
            // The first two wait until all others have come.
            if number < 2 { for await _ in gate.stream {} }
            counter.leave()
            return true
          }
          return value ?? false
        }
      }
      // Three are turned away at once.
      var refused = 0
      while refused < 3, let outcome = try await group.next() { refused += outcome ? 0 : 1 }
      gate.continuation.finish()
      return try await group.reduce(into: Array(repeating: false, count: refused)) { $0.append($1) }
    }
    #expect(outcomes.filter(\.self).count == 5)
    #expect(counter.most == 2)
  }

  @Test("lets clients take turns, so that one client's queue does not hold up another", .timeLimit(.minutes(5)))
  func turns() async throws {
    let limit = AdmissionLimit(most: 1, mostWaiting: 80, patience: .seconds(60))
    let (many, one) = (ClientNetwork("192.0.2.1"), ClientNetwork("192.0.2.2"))
    let arrivals = Arrivals()
    var place = await limit.place(for: many)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for client in Array(repeating: many, count: 20) + [one] {
        let waiting = limit.waiting
        group.addTask { _ = try await limit.run(for: client) { arrivals.note(client) } }
        while limit.waiting == waiting { await Task.yield() }
      }
      withExtendedLifetime(place) {}
      place = nil
      try await group.waitForAll()
    }
    #expect(arrivals.all.firstIndex(of: one) == 1)
  }

  @Test("leaves places to wait for other clients", .timeLimit(.minutes(5)))
  func shares() async throws {
    let limit = AdmissionLimit(most: 1, mostWaiting: 16, patience: .seconds(60))
    let (many, one) = (ClientNetwork("192.0.2.1"), ClientNetwork("192.0.2.2"))
    var place = await limit.place(for: many)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 {
        let waiting = limit.waiting
        group.addTask { try await limit.run(for: many) { true } ?? false }
        while limit.waiting == waiting { await Task.yield() }
      }
      #expect(try await limit.run(for: many) { true } == nil)
      group.addTask { try await limit.run(for: one) { true } ?? false }
      while limit.waiting == 8 { await Task.yield() }
      withExtendedLifetime(place) {}
      place = nil
      for try await isIn in group { #expect(isIn) }
    }
  }

  @Test("waits no longer than its patience", .timeLimit(.minutes(5)))
  func patience() async throws {
    let limit = AdmissionLimit(most: 1, mostWaiting: 5, patience: .milliseconds(50))
    let second = try await limit.run { try await limit.run { true } }
    #expect(second == .some(nil))
    #expect(try await limit.run { true } == true)
  }
}
