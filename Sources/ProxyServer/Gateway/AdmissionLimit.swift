import Synchronization

/// Lets a number of tasks in at once. Others wait, and clients take turns, so that one client's many requests do not hold up
/// another's. Once half of the places to wait is taken, one client has at most an eighth of them.
final class AdmissionLimit: Sendable {
  private struct State {
    var inside = 0
    var next: UInt64 = 0
    var waiting: [UInt64: CheckedContinuation<Bool, Never>] = [:]
    /// How many tasks of a client wait.
    var counts: [ClientNetwork?: Int] = [:]
    /// Tasks of a client in their order; some may have given up.
    var queues: [ClientNetwork?: [UInt64]] = [:]
    /// Clients with a queue; the first is the next.
    var order: [ClientNetwork?] = []

    mutating func wait(_ turn: UInt64, of client: ClientNetwork?, _ continuation: CheckedContinuation<Bool, Never>) {
      waiting[turn] = continuation
      counts[client, default: 0] += 1
      if queues[client] == nil { order.append(client) }
      queues[client, default: []].append(turn)
    }

    mutating func take(_ turn: UInt64, of client: ClientNetwork?) -> CheckedContinuation<Bool, Never>? {
      guard let continuation = waiting.removeValue(forKey: turn) else { return nil }
      // Range: each that waits was counted.
      counts[client] = counts[client].flatMap { $0 > 1 ? $0 - 1 : nil }
      return continuation
    }

    /// The first task that still waits of the next client.
    mutating func takeNext() -> CheckedContinuation<Bool, Never>? {
      while !order.isEmpty {
        let client = order.removeFirst()
        var queue = queues.removeValue(forKey: client) ?? []
        var found: CheckedContinuation<Bool, Never>?
        while found == nil, !queue.isEmpty { found = take(queue.removeFirst(), of: client) }
        if !queue.isEmpty {
          queues[client] = queue
          order.append(client)
        }
        if let found { return found }
      }
      return nil
    }
  }

  private let most: Int
  private let mostWaiting: Int
  private let patience: Duration
  private let state = Mutex(State())

  init(most: Int, mostWaiting: Int, patience: Duration) {
    self.most = most
    self.mostWaiting = mostWaiting
    self.patience = patience
  }

  /// How many tasks wait.
  var waiting: Int { state.withLock { $0.waiting.count } }

  /// A place inside, until it is dropped.
  final class Place: Sendable {
    private let limit: AdmissionLimit
    fileprivate init(of limit: AdmissionLimit) { self.limit = limit }
    deinit { limit.leave() }
  }

  /// Waits for room, and keeps it for as long as the place is held.
  /// - Returns: `nil` where there was none in time.
  func place(for client: ClientNetwork? = ConnectionAccount.current?.client) async -> Place? {
    await enter(client) ? Place(of: self) : nil
  }

  /// Runs the body when there is room.
  /// - Returns: `nil` where there was none in time.
  func run<Value: Sendable>(
    for client: ClientNetwork? = ConnectionAccount.current?.client, _ body: () async throws -> Value
  ) async throws -> Value? {
    guard await enter(client) else { return nil }
    defer { leave() }
    return try await body()
  }

  private func enter(_ client: ClientNetwork?) async -> Bool {
    let turn = state.withLock { state -> UInt64? in
      if state.inside < most {
        state.inside += 1
        return nil
      }
      state.next += 1
      return state.next
    }
    guard let turn else { return true }
    let timeout = Task { [patience] in
      try await Task.sleep(for: patience)
      self.giveUp(turn, client)
    }
    defer { timeout.cancel() }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isIn = state.withLock { state -> Bool? in
          // A task may have left meanwhile.
          if state.inside < most {
            state.inside += 1
            return true
          }
          guard state.waiting.count < mostWaiting, !Task.isCancelled else { return false }
          let isCrowded = client != nil && state.waiting.count >= mostWaiting / 2
          guard !isCrowded || state.counts[client, default: 0] < max(1, mostWaiting / 8) else { return false }
          state.wait(turn, of: client, continuation)
          return nil
        }
        if let isIn { continuation.resume(returning: isIn) }
      }
    } onCancel: {
      giveUp(turn, client)
    }
  }

  private func giveUp(_ turn: UInt64, _ client: ClientNetwork?) {
    state.withLock { $0.take(turn, of: client) }?.resume(returning: false)
  }

  private func leave() {
    let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
      if let waiting = state.takeNext() { return waiting }
      // Range: each that leaves came in before.
      state.inside -= 1
      return nil
    }
    // The place goes to the next.
    next?.resume(returning: true)
  }
}
