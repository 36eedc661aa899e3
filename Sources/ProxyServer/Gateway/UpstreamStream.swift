import Dispatch
import HTTPClient
import NIOCore
import Synchronization

/// An answer of the upstream store that goes straight through to one client: at most one piece of it is in memory, and a
/// slow client holds up the sender.
final class UpstreamStream: Sendable {
  /// Whoever reads. The fetching ends with the last reference to it, also where nobody ever came to read.
  final class Reader: Sendable {
    private let stream: UpstreamStream

    /// Begins to fetch.
    /// - Parameter offset: The first byte that is wanted; at least 0.
    init(_ request: UpstreamRequest, from offset: Int, client: UpstreamClient) {
      stream = UpstreamStream(request, from: offset, client: client)
    }

    deinit { stream.abandon() }

    /// The answer's head; its body is there where it is no file.
    func head() async throws -> UpstreamResponse { try await stream.head() }

    /// The next bytes; `nil` at the end.
    func next() async throws -> ByteBuffer? { try await stream.next() }
  }

  private struct State {
    var head: UpstreamResponse?
    var piece: ByteBuffer?
    var end: Result<Void, any Error>?
    var reader: CheckedContinuation<Void, Never>?
  }

  private struct Abandoned: Error {}

  private let state = Mutex(State())
  private let room = DispatchSemaphore(value: 0)
  private let isAbandoned = Atomic(false)
  private let fetching = Mutex<Task<Void, Never>?>(nil)

  private init(_ request: UpstreamRequest, from offset: Int, client: UpstreamClient) {
    let task = Task {
      do {
        let response = try await client.download(
          request, from: UInt64(clamping: offset), started: { response in self.change { $0.head = response } },
          receive: { try self.take($0) })
        self.change { state in
          if state.head == nil { state.head = response }
          state.end = .success(())
        }
      } catch {
        self.change { $0.end = .failure(error) }
      }
    }
    fetching.withLock { $0 = task }
  }

  private func head() async throws -> UpstreamResponse {
    while true {
      let (head, end) = state.withLock { ($0.head, $0.end) }
      if let head { return head }
      if case .failure(let error) = end { throw error }
      await wait { $0.head != nil || $0.end != nil }
      try Task.checkCancellation()
    }
  }

  private func next() async throws -> ByteBuffer? {
    while true {
      let (piece, end) = state.withLock { state -> (ByteBuffer?, Result<Void, any Error>?) in
        defer { state.piece = nil }
        return (state.piece, state.end)
      }
      if let piece {
        room.signal()
        return piece
      }
      if let end {
        try end.get()
        return nil
      }
      await wait { $0.piece != nil || $0.end != nil }
      try Task.checkCancellation()
    }
  }

  private func abandon() {
    isAbandoned.store(true, ordering: .releasing)
    // Wakes it also while nothing arrives.
    fetching.withLock { $0.take() }?.cancel()
    room.signal()
  }

  private func take(_ bytes: UnsafeRawBufferPointer) throws {
    change { $0.piece = ByteBuffer(bytes: bytes) }
    // Until the reader has it.
    room.wait()
    if isAbandoned.load(ordering: .acquiring) { throw Abandoned() }
  }

  private func change(_ body: (inout State) -> Void) {
    let reader = state.withLock { state in
      body(&state)
      defer { state.reader = nil }
      return state.reader
    }
    reader?.resume()
  }

  private func wait(until isThere: @Sendable (State) -> Bool) async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          guard !isThere(state), !Task.isCancelled else { return true }
          state.reader = continuation
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      change { _ in }
    }
  }
}
