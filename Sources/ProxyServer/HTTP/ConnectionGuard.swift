import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Stands in each connection between the HTTP codec and the endpoints: puts on every answer, also on those to requests
/// that nobody could parse, what every answer has, and ends connections whose requests do not come to an end.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  /// snapd probes for it, and at 55 and above leaves its fall-backs for old stores alone.
  static let storeVersion = "60"

  private let metrics: ServerMetrics
  private let requestTimeout: TimeAmount
  private var deadline: Scheduled<Void>?
  private var isClosing = false
  private var isOverflown = false
  private var isCounted = false

  /// - Parameter requestTimeout: From the head of a request to the end of its body.
  init(metrics: ServerMetrics, requestTimeout: TimeAmount) {
    self.metrics = metrics
    self.requestTimeout = requestTimeout
  }

  func handlerAdded(context: ChannelHandlerContext) {
    isCounted = true
    metrics.connectionOpened()
  }

  func channelInactive(context: ChannelHandlerContext) {
    end()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { end() }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head:
      let channel = context.channel
      deadline = context.eventLoop.scheduleTask(in: requestTimeout) { channel.close(promise: nil) }
    case .body: break
    case .end:
      deadline?.cancel()
      deadline = nil
    }
    context.fireChannelRead(data)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if case HTTPParserError.headerOverflow = error { isOverflown = true }
    context.fireErrorCaught(error)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(var head):
      if isOverflown { head.status = .requestHeaderFieldsTooLarge }
      head.headerFields[.storeVersion] = Self.storeVersion
      isClosing = head.headerFields[.connection] == "close"
      context.write(wrapOutboundOut(.head(head)), promise: promise)
    case .body: context.write(data, promise: promise)
    case .end:
      guard isClosing else {
        context.write(data, promise: promise)
        return
      }
      let channel = context.channel
      context.writeAndFlush(data).whenComplete { _ in channel.close(promise: nil) }
      promise?.succeed()
    }
  }

  private func end() {
    deadline?.cancel()
    deadline = nil
    if isCounted { metrics.connectionClosed() }
    isCounted = false
  }
}
