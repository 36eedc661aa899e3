import Hummingbird
import HummingbirdCore
import NIOCore

/// Writes bodies piece by piece and waits until each is on its way, so that memory stays flat whatever the speed of the
/// client.
struct BodyPump {
  let channel: any Channel
  /// So long may a piece take.
  let stallTimeout: TimeAmount

  /// In bytes.
  static let piece = 256 << 10

  func write(_ buffer: ByteBuffer, to writer: inout any ResponseBodyWriter) async throws {
    let channel = channel
    let stalled = channel.eventLoop.scheduleTask(in: stallTimeout) { channel.close(promise: nil) }
    defer { stalled.cancel() }
    try await writer.write(buffer)
    // The writer learns that the client is slow only after the event loop has seen the piece.
    try await channel.eventLoop.submit {}.get()
  }
}
