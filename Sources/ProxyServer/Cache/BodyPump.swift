import Hummingbird
import HummingbirdCore
import NIOCore

/// Writes bodies piece by piece and waits until each is on its way, so that memory stays flat whatever the speed of the
/// client.
struct BodyPump {
  let channel: any Channel
  /// So long may a piece take.
  let stallTimeout: TimeAmount

  /// In bytes, unless memory is short.
  static let piece = ConnectionAccount.usualPiece
  /// Of this body, in bytes.
  let piece = ConnectionAccount.current?.piece ?? Self.piece

  init(channel: any Channel, stallTimeout: TimeAmount) {
    self.channel = channel
    self.stallTimeout = stallTimeout
  }

  func write(_ buffer: ByteBuffer, to writer: inout any ResponseBodyWriter) async throws {
    let channel = channel
    let stalled = channel.eventLoop.scheduleTask(in: stallTimeout) { channel.close(promise: nil) }
    defer { stalled.cancel() }
    try await writer.write(buffer)
    // The writer learns that the client is slow only after the event loop has seen the piece.
    try await channel.eventLoop.submit {}.get()
  }
}
