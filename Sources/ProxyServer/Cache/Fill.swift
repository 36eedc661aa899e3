import Cryptography
import HTTPClient
import Logging
import NIOCore
import ProxyState
import Reporting
import Synchronization

/// A file on its way from the upstream store into the cache; many may read what has arrived.
final class Fill: Sendable {
  /// Why there is no more.
  enum Failure: Error, Equatable {
    /// The upstream store answered with a status.
    case refused(Int)
    /// It does not answer, or not to the end.
    case unreachable
    /// What came is not what was signed.
    case wrongContent
    /// Nothing can be kept here.
    case noRoom

    /// What an answer means that is not the file.
    init(status: Int) { self = [200, 206].contains(status) ? .unreachable : .refused(status) }

    /// Whether asking again may help.
    var isTransient: Bool {
      switch self {
      case .refused(let status): status >= 500 || [408, 425, 429].contains(status)
      case .unreachable: true
      case .wrongContent, .noRoom: false
      }
    }
  }

  private struct State {
    /// Bytes from the beginning that readers may have.
    var available = 0
    var result: Result<Void, Failure>?
    var next = 0
    var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    var readers = 0
    /// Counts those who came, so that who waited for nobody to be there knows whether somebody was.
    var generation = 0
    var abandoned: (@Sendable () -> Void)?
  }

  /// Somebody who reads; may go at any time.
  final class Reader: Sendable {
    private let fill: Fill
    init(of fill: Fill) {
      self.fill = fill
      fill.enter()
    }
    deinit { fill.leave() }
  }

  /// A device whose connection broke comes again, and goes on where it was. Without anybody for so long, the fetching ends.
  static let patience: Duration = .seconds(30)

  let size: Int
  private let state = Mutex(State())
  /// Set once, before the first byte is available.
  private let file = Mutex<UnfinishedDownload?>(nil)

  init(size: Int) { self.size = size }

  /// - Parameter body: Ends the fetching.
  func whenAbandoned(_ body: @escaping @Sendable () -> Void) { state.withLock { $0.abandoned = body } }

  private func enter() {
    state.withLock { state in
      state.readers += 1
      state.generation += 1
    }
  }

  private func leave() {
    let generation = state.withLock { state -> Int? in
      // Range: each that leaves came in before.
      state.readers -= 1
      return state.readers == 0 && state.result == nil ? state.generation : nil
    }
    guard let generation else { return }
    Task { [self] in
      try await Task.sleep(for: Self.patience)
      let abandoned = state.withLock { $0.generation == generation && $0.result == nil ? $0.abandoned : nil }
      abandoned?()
    }
  }

  /// Waits until more than `offset` bytes are there.
  /// - Returns: How many are.
  func wait(beyond offset: Int) async throws -> Int {
    while true {
      let turn = state.withLock { state -> Int? in
        guard state.available <= offset, state.result == nil else { return nil }
        state.next += 1
        return state.next
      }
      guard let turn else { break }
      await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
          let isOver = state.withLock { state in
            guard state.available <= offset, state.result == nil, !Task.isCancelled else { return true }
            state.waiters[turn] = continuation
            return false
          }
          if isOver { continuation.resume() }
        }
      } onCancel: {
        state.withLock { $0.waiters.removeValue(forKey: turn) }?.resume()
      }
      try Task.checkCancellation()
    }
    return try state.withLock { state in
      if state.available > offset { return state.available }
      if case .failure(let failure) = state.result { throw failure }
      return state.available
    }
  }

  /// A piece that is there.
  func read(_ range: Range<Int>) throws -> ByteBuffer {
    guard let file = file.withLock({ $0 }) else { throw Failure.noRoom }
    return try FilePiece.read(range, from: file.descriptor)
  }

  func begin(_ unfinished: UnfinishedDownload) { file.withLock { $0 = unfinished } }

  /// The last byte is held back until the digest is known to be right, so that nobody takes a wrong file for a whole one.
  func advance(to count: Int) { change { $0.available = min(count, Saturating.difference(size, 1)) } }

  func finish(_ result: Result<Void, Failure>) {
    change { state in
      guard state.result == nil else { return }
      state.result = result
      if case .success = result { state.available = size }
    }
  }

  private func change(_ body: (inout State) -> Void) {
    let waiters = state.withLock { state in
      body(&state)
      defer { state.waiters = [:] }
      return state.waiters.values
    }
    for waiter in waiters { waiter.resume() }
  }
}
