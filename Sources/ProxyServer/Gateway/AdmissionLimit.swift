import Synchronization

/// Lets so many in at once; so many more wait their turn, and the rest is turned away.
final class AdmissionLimit: Sendable {
  private struct State {
    var inside = 0
    var next: UInt64 = 0
    var waiting: [UInt64: CheckedContinuation<Bool, Never>] = [:]
    /// The turns of those who wait; some may have given up.
    var queue: [UInt64] = []
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

  /// A place inside; whoever drops it leaves.
  final class Place: Sendable {
    private let limit: AdmissionLimit
    fileprivate init(of limit: AdmissionLimit) { self.limit = limit }
    deinit { limit.leave() }
  }

  /// Waits for room, and keeps it for as long as the place is held.
  /// - Returns: `nil` where there was none in time.
  func place() async -> Place? { await enter() ? Place(of: self) : nil }

  /// Runs the body when there is room.
  /// - Returns: `nil` where there was none in time.
  func run<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value? {
    guard await enter() else { return nil }
    defer { leave() }
    return try await body()
  }

  private func enter() async -> Bool {
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
      self.giveUp(turn)
    }
    defer { timeout.cancel() }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isIn = state.withLock { state -> Bool? in
          // Somebody may have left meanwhile.
          if state.inside < most {
            state.inside += 1
            return true
          }
          guard state.waiting.count < mostWaiting, !Task.isCancelled else { return false }
          state.waiting[turn] = continuation
          state.queue.append(turn)
          return nil
        }
        if let isIn { continuation.resume(returning: isIn) }
      }
    } onCancel: {
      giveUp(turn)
    }
  }

  private func giveUp(_ turn: UInt64) {
    state.withLock { $0.waiting.removeValue(forKey: turn) }?.resume(returning: false)
  }

  private func leave() {
    let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
      while !state.queue.isEmpty {
        if let waiting = state.waiting.removeValue(forKey: state.queue.removeFirst()) { return waiting }
      }
      // Range: each that leaves came in before.
      state.inside -= 1
      return nil
    }
    // Whoever left hands over the place.
    next?.resume(returning: true)
  }
}
