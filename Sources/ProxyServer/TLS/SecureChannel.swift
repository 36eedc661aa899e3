import HummingbirdCore
import Logging
import NIOCore
import NIOSSL

/// A connection with TLS, by the certificate that counts when it comes. Without one, the connection is closed.
struct SecureChannel: ServerChildChannel {
  typealias Value = HTTP1Channel.Value

  let base: HTTP1Channel
  let contexts: TLSContexts

  private struct NoCertificate: Error {}

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    channel.eventLoop.makeCompletedFuture {
      guard let context = contexts.current else {
        // A channel that is not set up is dropped, not closed: the client would wait for ever.
        channel.close(promise: nil)
        throw NoCertificate()
      }
      try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
    }.flatMap { base.setup(channel: channel, logger: logger) }
  }

  func handle(value: Value, logger: Logger) async { await base.handle(value: value, logger: logger) }
}
