import Cryptography
import HTTPClient
import ProxyState
import Reporting
import Synchronization

/// Puts the bytes of a download into its file, on the thread of the transfer; nobody else writes. What was written is
/// hashed on a thread of its own and shown to the readers in pieces: to wake them for each packet would cost more than to
/// send it.
final class FillSink: Sendable {
  private struct State {
    var file: UnfinishedDownload?
    var count = 0
    /// Bytes that were handed to the readers and to the hash.
    var flushed = 0
    var flushedAt = ContinuousClock.now
    /// Bytes that an upstream store which knows no ranges sends again.
    var skipping = 0
  }

  /// A slow upstream store must not keep its readers waiting for a whole piece.
  private static let longestDelay: Duration = .milliseconds(50)

  private let fill: Fill
  private let open: @Sendable () -> UnfinishedDownload?
  private let hashing = HashingThread()
  private let state = Mutex(State())

  /// - Parameter open: Makes room for the file and begins it; called with the first answer that brings it, so that nothing
  ///   has to make room for what never comes. `nil` where there is none.
  init(fill: Fill, open: @escaping @Sendable () -> UnfinishedDownload?) {
    self.fill = fill
    self.open = open
  }

  var count: Int { state.withLock { $0.count } }

  func begin(status: Int, at offset: Int) throws {
    try state.withLock { state in
      state.skipping = status == 200 ? offset : 0
      guard state.file == nil else { return }
      guard let file = open() else { throw Fill.Failure.noRoom }
      state.file = file
      fill.begin(file)
    }
  }

  func take(_ bytes: UnsafeRawBufferPointer) throws {
    try state.withLock { state in
      let skipped = min(state.skipping, bytes.count)
      // Range: skipped is the smaller of it and another length.
      state.skipping -= skipped
      let fresh = UnsafeRawBufferPointer(rebasing: bytes[skipped...])
      let end = Saturating.sum(state.count, fresh.count)
      guard end <= fill.size else { throw Fill.Failure.wrongContent }
      guard !fresh.isEmpty, let file = state.file else { return }
      try file.write(fresh, at: state.count)
      state.count = end
      if Saturating.difference(state.count, state.flushed) >= BodyPump.piece
        || .now - state.flushedAt > Self.longestDelay
      {
        try flush(&state)
      }
    }
  }

  /// The digest of all that came; `nil` where it cannot be read again.
  func finish() -> SHA3Digest? {
    guard (try? state.withLock { try flush(&$0) }) != nil else { return nil }
    return hashing.finishFile()
  }

  /// Gives the file its name.
  func commit() throws { try state.withLock { try $0.file?.commit() } }

  /// Ends the hashing; to be called once.
  func close() { hashing.stop() }

  private func flush(_ state: inout State) throws {
    while state.flushed < state.count, let file = state.file {
      let count = try hashing.piece { buffer in
        try FilePiece.read(state.flushed..<state.count, from: file.descriptor, into: buffer)
      }
      Saturating.add(count, to: &state.flushed)
    }
    state.flushedAt = .now
    fill.advance(to: state.count)
  }
}
