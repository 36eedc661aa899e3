import HTTPTypes
import NIOCore

/// Stands first in each connection: counts it, and refuses it where there are too many. A client of plain HTTP hears why,
/// and when to come again; without a handshake, a client of TLS cannot hear anything.
final class AdmissionHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// How long a refused client may take to read its answer.
  private static let refusalTimeout = TimeAmount.seconds(2)

  private let account: ConnectionAccount
  private let limits: ClientLimits
  private let metrics: ServerMetrics
  private var isRefused = false
  private var isCounted = false

  init(account: ConnectionAccount, limits: ClientLimits, metrics: ServerMetrics) {
    self.account = account
    self.limits = limits
    self.metrics = metrics
  }

  func channelActive(context: ChannelHandlerContext) {
    if account.admit(context.channel.remoteAddress?.ipAddress) {
      isCounted = true
      metrics.connectionOpened()
      context.fireChannelActive()
      return
    }
    isRefused = true
    metrics.refusedConnection()
    refuse(context)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if !isRefused { context.fireChannelRead(data) }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if isRefused, case .some(ChannelEvent.inputClosed) = event as? ChannelEvent { context.close(promise: nil) }
    context.fireUserInboundEventTriggered(event)
  }

  func channelInactive(context: ChannelHandlerContext) {
    account.close()
    if isCounted { metrics.connectionClosed() }
    isCounted = false
    context.fireChannelInactive()
  }

  private func refuse(_ context: ChannelHandlerContext) {
    guard !account.isSecure, limits.beginRefusal() else {
      context.close(promise: nil)
      return
    }
    let channel = context.channel
    channel.closeFuture.whenComplete { [limits] _ in limits.endRefusal() }
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: WireAnswer.bytes(of: .tooManyConnections, path: ""))))
      .assumeIsolated().whenComplete { _ in
        // What the client is sending must be read first: unread bytes would take the answer away from it.
        channel.close(mode: .output, promise: nil)
      }
    context.eventLoop.scheduleTask(in: Self.refusalTimeout) { channel.close(promise: nil) }
  }
}
