import NIOCore
import NIOHTTP1

/// Stands before the decoder of HTTP and ends connections whose requests do not get beyond their head: a first request
/// must come, with its whole head, in a time from the beginning of the connection; a later one in the same time from its
/// first byte.
final class HeadClock: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private let exchange: ExchangeHandler
  private let timeout: TimeAmount
  private var deadline: Scheduled<Void>?
  private var hasBytes = false

  init(exchange: ExchangeHandler, timeout: TimeAmount) {
    self.exchange = exchange
    self.timeout = timeout
  }

  func channelActive(context: ChannelHandlerContext) {
    start(context)
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if exchange.isBetweenRequests {
      hasBytes = true
      exchange.sawBytes(unwrapInboundIn(data))
      if deadline == nil { start(context) }
    }
    context.fireChannelRead(data)
    if !exchange.isBetweenRequests || !exchange.hasUnfinishedHead { stop() }
  }

  func channelInactive(context: ChannelHandlerContext) {
    stop()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { stop() }

  private func start(_ context: ChannelHandlerContext) {
    let channel = context.channel
    deadline = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) { [self] in
      deadline = nil
      // Without a byte there is no request that an answer could belong to.
      if hasBytes { exchange.refuse(.tooSlow) } else { channel.close(promise: nil) }
    }
  }

  private func stop() {
    deadline?.cancel()
    deadline = nil
    hasBytes = false
  }
}
