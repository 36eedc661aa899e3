import HummingbirdCore
import Logging
import NIOCore
import NIOHTTPTypesHTTP1
import NIOSSL

/// A connection of plain HTTP, or of TLS with the certificate that counts when it comes, within the limits that all
/// connections share.
struct GuardedChannel: ServerChildChannel {
  /// A connection and what it holds.
  struct Value: ServerChildChannelValue {
    let stream: HTTP1Channel.Value
    let account: ConnectionAccount
    var channel: any Channel { stream.channel }
  }

  let responder: HTTPChannelHandler.Responder
  let limits: ServerConfiguration.Limits
  let clients: ClientLimits
  let metrics: ServerMetrics
  /// `nil` for plain HTTP.
  let contexts: TLSContexts?

  private struct NoCertificate: Error {}

  /// At a time from one socket, in bytes: ten such pieces may wait for a reader.
  private static let inboundPiece = 16 << 10

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    let account = ConnectionAccount(limits: clients, isSecure: contexts != nil)
    return channel.eventLoop.makeCompletedFuture { () -> NIOLoopBound<ExchangeHandler> in
      let pipeline = channel.pipeline.syncOperations
      try channel.syncOptions?.setOption(
        .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 2048, maximum: Self.inboundPiece)
      )
      try pipeline.addHandler(AdmissionHandler(account: account, limits: clients, metrics: metrics))
      if let contexts {
        guard let context = contexts.current else {
          // A channel that is not set up is dropped, not closed: the client would wait for ever.
          channel.close(promise: nil)
          throw NoCertificate()
        }
        try pipeline.addHandler(NIOSSLServerHandler(context: context))
      }
      let exchange = ExchangeHandler(account: account, limits: limits, metrics: metrics)
      try pipeline.addHandler(HeadClock(exchange: exchange, timeout: TimeAmount(limits.headTimeout)))
      return NIOLoopBound(exchange, eventLoop: channel.eventLoop)
    }.flatMap { exchange in
      base.setup(channel: channel, logger: logger).flatMapThrowing { stream in
        let pipeline = channel.pipeline.syncOperations
        let codec = try pipeline.handler(type: HTTP1ToHTTPServerCodec.self)
        try pipeline.addHandler(exchange.value, position: .before(codec))
        return Value(stream: stream, account: account)
      }
    }
  }

  func handle(value: Value, logger: Logger) async {
    await ConnectionAccount.$current.withValue(value.account) {
      await base.handle(value: value.stream, logger: logger)
    }
  }

  private var base: HTTP1Channel {
    HTTP1Channel(
      responder: responder,
      configuration: HTTP1Channel.Configuration(
        idleTimeout: TimeAmount(limits.idleTimeout),
        httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
          maxHeaderFieldSize: limits.headerSize, maxHeaderListSize: limits.headersSize,
          maxHeaderFieldCount: limits.headerCount)))
  }
}
