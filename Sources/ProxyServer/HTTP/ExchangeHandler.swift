import HTTPTypes
import NIOCore
import NIOHTTP1

/// Stands in each connection between the codec of HTTP/1.1 and the routes. It applies the rules of the protocol to each
/// request, decides whether the connection goes on after an answer, puts on every answer what every answer has, and ends
/// connections whose requests do not come to an end or whose answers are not read.
final class ExchangeHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  /// snapd probes for it, and at 55 and above leaves its fall-backs for old stores alone.
  static let storeVersion = "60"
  /// Large bodies are written in pieces of this size, in bytes: each piece that is sent proves that the client reads.
  private static let outboundPiece = 64 << 10
  /// How long a client may go on sending what is not read any more, so that it can read its answer.
  private static let lingering = TimeAmount.seconds(2)

  private let account: ConnectionAccount
  private let limits: ServerConfiguration.Limits
  private let metrics: ServerMetrics

  /// Requests that were passed on and are not answered to the end, oldest first.
  private var requests: [RequestRules.Manner] = []
  /// A request whose body has not come to its end is the last of them.
  private var isReadingBody = false
  /// The head of the answer to the first of them is written.
  private var isAnswering = false
  /// Whether the client still waits for the word to send its body.
  private var isBodyHeldBack = false
  /// Answers the rest of the connection, after those requests.
  private var refusal: (error: ProtocolError, path: String)?
  /// Whether the request that is refused is a HEAD, whose answer has no body (RFC 9110, section 9.3.2).
  private var refusesHead = false
  /// Nothing that comes counts any more.
  private var isDeaf = false
  /// The last answer is written.
  private var isOver = false
  private var hasLine = false
  private var hasMethod = false
  /// Whether the head of a request has begun to come.
  private(set) var hasUnfinishedHead = false

  private var bodyDeadline: Scheduled<Void>?
  private var bodyBytes = 0
  private var unsent = 0
  private var sentSinceCheck = 0
  private var isCheckingReader = false
  private var context: ChannelHandlerContext?

  init(account: ConnectionAccount, limits: ServerConfiguration.Limits, metrics: ServerMetrics) {
    self.account = account
    self.limits = limits
    self.metrics = metrics
  }

  /// Whether bytes that come now begin, or go on with, the head of a request.
  var isBetweenRequests: Bool { !isReadingBody && !isDeaf }

  /// Hears of bytes that come between requests.
  func sawBytes(_ bytes: ByteBuffer) {
    if !hasUnfinishedHead { hasMethod = Self.beginsWithMethod(bytes) }
    hasUnfinishedHead = true
    if !hasLine { hasLine = bytes.readableBytesView.contains(UInt8(ascii: "\n")) }
  }

  /// Whether bytes begin with a word in capital letters and a target.
  private static func beginsWithMethod(_ bytes: ByteBuffer) -> Bool {
    let line = bytes.readableBytesView.prefix(64)
    let word = line.prefix { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) || $0 == UInt8(ascii: "-") }
    let rest = line.dropFirst(word.count)
    return !word.isEmpty && rest.first == UInt8(ascii: " ")
      && [UInt8(ascii: "/"), UInt8(ascii: "*"), UInt8(ascii: "h")].contains(rest.dropFirst().first)
  }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }
  func handlerRemoved(context: ChannelHandlerContext) { end() }
  func channelInactive(context: ChannelHandlerContext) {
    end()
    context.fireChannelInactive()
  }

  private func end() {
    bodyDeadline?.cancel()
    bodyDeadline = nil
    isDeaf = true
    isOver = true
    context = nil
  }

  // MARK: - What comes

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isDeaf else { return }
    switch unwrapInboundIn(data) {
    case .head(let head):
      hasUnfinishedHead = false
      hasLine = false
      hasMethod = false
      begin(head, context)
    case .body(let bytes):
      // Range: a chunk is at most a few KiB, and the sum starts again with each check.
      bodyBytes = min(bodyBytes, 1 << 30) + bytes.readableBytes
      isBodyHeldBack = false
      context.fireChannelRead(data)
    case .end:
      isReadingBody = false
      isBodyHeldBack = false
      bodyDeadline?.cancel()
      bodyDeadline = nil
      if requests.last?.closes == true { isDeaf = true }
      context.fireChannelRead(data)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let error = error as? HTTPParserError else {
      context.fireErrorCaught(error)
      return
    }
    refuse(ProtocolError(error, isInTarget: hasUnfinishedHead && !hasLine, hasMethod: hasMethod))
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if isOver, case .some(ChannelEvent.inputClosed) = event as? ChannelEvent { context.close(promise: nil) }
    context.fireUserInboundEventTriggered(event)
  }

  private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    switch RequestRules.judge(head) {
    case .refuse(let error):
      refusesHead = head.method == .HEAD && !isDeaf
      refuse(error, path: String(head.uri.prefix(1024).prefix { $0 != "?" }))
    case .pass(let head, let manner):
      requests.append(manner)
      isReadingBody = true
      isBodyHeldBack = manner.expects
      bodyBytes = 0
      if manner.expects {
        let eventLoop = context.eventLoop
        let handler = NIOLoopBound(self, eventLoop: eventLoop)
        account.whenBodyIsAwaited { eventLoop.execute { handler.value.awaitBody() } }
      }
      watchBody(context, left: limits.requestTimeout)
      context.fireChannelRead(wrapInboundOut(.head(head)))
    }
  }

  /// Refuses a request whose body is not complete in time, or comes slower than the lowest rate.
  private func watchBody(_ context: ChannelHandlerContext, left: Duration) {
    let step = min(left, limits.rateInterval)
    bodyDeadline = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(step)) { [self] in
      bodyDeadline = nil
      guard isReadingBody, !isDeaf else { return }
      // A body that is held back is not slow: its endpoint has not asked for it.
      guard left > step, isBodyHeldBack || bodyBytes >= limits.leastBytes else {
        refuse(.tooSlow)
        return
      }
      bodyBytes = 0
      // Range: the step is the smaller of what is left and another.
      watchBody(context, left: left - step)
    }
  }

  private func awaitBody() {
    guard isBodyHeldBack, isReadingBody, !isAnswering, requests.count == 1, let context else { return }
    isBodyHeldBack = false
    context.writeAndFlush(
      wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
  }

  // MARK: - What is refused here

  /// Answers in place of the request that is coming in, after those that came before it, and ends the connection.
  func refuse(_ error: ProtocolError, path: String? = nil) {
    guard !isDeaf else { return }
    isDeaf = true
    var path = path ?? ""
    if isReadingBody {
      guard !(isAnswering && requests.count == 1), let unfinished = requests.popLast() else {
        // Half of an answer is out; no other can follow it.
        context?.close(promise: nil)
        return
      }
      path = unfinished.path
    }
    refusal = (error, path)
    if requests.isEmpty { sendRefusal() }
  }

  private func sendRefusal() {
    guard let refusal, let context, !isOver else { return }
    isOver = true
    let (head, body) = WireAnswer.parts(of: refusal.error, path: refusal.path)
    metrics.answered(route: "", status: refusal.error.status.code, after: .zero, bytes: body.count)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    if !body.isEmpty, !refusesHead {
      context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
    }
    context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { [self] _ in linger() }
  }

  /// Ends the sending, and reads on for a moment: bytes that are not read would take the answer away from the client.
  private func linger() {
    guard let context else { return }
    let channel = context.channel
    channel.close(mode: .output).whenFailure { _ in channel.close(promise: nil) }
    context.eventLoop.scheduleTask(in: Self.lingering) { channel.close(promise: nil) }
  }

  // MARK: - What goes

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    // What would be answered to a request that was refused here.
    guard !isOver, !requests.isEmpty else {
      promise?.fail(ChannelError.ioOnClosedChannel)
      return
    }
    switch unwrapOutboundIn(data) {
    case .head(var head):
      if head.status.code >= 200 {
        isAnswering = true
        adapt(&head)
      }
      context.write(wrapOutboundOut(.head(head)), promise: promise)
    case .body(.byteBuffer(let buffer)): write(buffer, context, promise)
    case .body: context.write(data, promise: promise)
    case .end: finish(data, context, promise)
    }
  }

  private func adapt(_ head: inout HTTPResponseHead) {
    head.headers.replaceOrAdd(name: "Snap-Store-Version", value: Self.storeVersion)
    if RequestRules.tokens(of: head.headers, "connection").contains("close") { requests[0].closes = true }
    // The client was not told to send its body, and may send it or not.
    if isBodyHeldBack, requests.count == 1 { requests[0].closes = true }
    if requests[0].isOld, !head.headers.contains(name: "content-length"), head.status.mayHaveBody {
      head.version = .http1_0
      requests[0].closes = true
    }
    head.headers.remove(name: "connection")
    if requests[0].closes {
      head.headers.add(name: "Connection", value: "close")
    } else if requests[0].tellsPersistence {
      head.headers.add(name: "Connection", value: "keep-alive")
    }
  }

  private func write(_ buffer: ByteBuffer, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
    var rest = buffer
    // The first piece goes with the head; the promise belongs to the last.
    repeat {
      let count = min(rest.readableBytes, Self.outboundPiece)
      guard let piece = rest.readSlice(length: count) else { break }
      let isLast = rest.readableBytes == 0
      let written = context.eventLoop.makePromise(of: Void.self)
      if isLast, let promise { written.futureResult.cascade(to: promise) }
      // Range: what waits in a connection is in memory.
      unsent += count
      written.futureResult.assumeIsolated().whenComplete { [self] _ in
        // Range: what was sent was unsent before; a piece is some kilobytes.
        unsent -= count
        // Range: at most 2^40 and a piece.
        sentSinceCheck = min(sentSinceCheck, 1 << 40) + count
      }
      context.write(wrapOutboundOut(.body(.byteBuffer(piece))), promise: written)
    } while rest.readableBytes > 0
    if buffer.readableBytes > 0 { watchReader(context) }
  }

  /// Ends a connection whose client does not read what waits for it.
  private func watchReader(_ context: ChannelHandlerContext) {
    guard !isCheckingReader else { return }
    isCheckingReader = true
    sentSinceCheck = 0
    let (channel, waiting) = (context.channel, unsent)
    context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(limits.rateInterval)) { [self] in
      isCheckingReader = false
      guard unsent > 0, channel.isActive, let context = self.context else { return }
      guard sentSinceCheck >= min(waiting, limits.leastBytes) else {
        metrics.stalledConnection()
        channel.close(promise: nil)
        return
      }
      watchReader(context)
    }
  }

  private func finish(_ data: NIOAny, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
    isAnswering = false
    let closes = requests.removeFirst().closes
    let isCutOff = closes && isReadingBody && requests.isEmpty
    if closes { (isDeaf, isOver) = (true, true) }
    let written = context.eventLoop.makePromise(of: Void.self)
    if let promise { written.futureResult.cascade(to: promise) }
    let channel = context.channel
    written.futureResult.assumeIsolated().whenComplete { [self] _ in
      account.answered()
      guard closes else { return }
      if isCutOff { linger() } else { channel.close(promise: nil) }
    }
    if closes || refusal != nil {
      context.writeAndFlush(data, promise: written)
      if requests.isEmpty, !closes { sendRefusal() }
    } else {
      context.write(data, promise: written)
    }
  }
}

extension HTTPResponseStatus {
  fileprivate var mayHaveBody: Bool { code >= 200 && code != 204 && code != 304 }
}
