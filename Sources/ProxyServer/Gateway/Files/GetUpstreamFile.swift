import Cryptography
import HTTPClient
import HTTPSemantics
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Reporting

/// `GET /api/v1/snaps/upstream/{sealed address}/{name}`: a file of the upstream store, from the cache, while it arrives
/// there, or past it.
struct GetUpstreamFile: Endpoint {
  let store: OnlineStore
  let cache: DownloadCache
  let sender: FileSender

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    guard let file = store.links.file(String(request.uri.path.dropFirst(SignedLinks.path.count))) else {
      throw ProtocolError.notFound("there is no such file")
    }
    guard let digest = file.sha3, let size = file.size, size > 0, !file.isPrivate else {
      return try await past(file, request, context)
    }
    let description = FileSender.File(
      path: "", entityTag: "\"\(digest.hex)\"", size: size, type: "application/octet-stream", scope: .everybody)
    if request.method == .head {
      return try sender.response(description, to: request, context: context) {
        ResponseBody(contentLength: $0.count) { _ in }
      }
    }
    if let whole = cache.whole(digest, size: size) {
      sender.metrics.sentUpstreamFile(.hit)
      let isSecure = context.account?.isSecure == true
      return try sender.response(description, to: request, context: context, inMemory: isSecure) {
        sender.body(of: whole, $0, over: context.channel)
      }
    }
    let fill = cache.fill(digest, size: size, from: file.url, headers: Self.anonymous(request))
    let reader = Fill.Reader(of: fill)
    do {
      _ = try await fill.wait(beyond: 0)
    } catch let failure as Fill.Failure {
      switch failure {
      // The cache has no room, or the upstream store wants to know who asks.
      case .noRoom, .refused(401), .refused(402), .refused(403): return try await past(file, request, context)
      case .refused where !failure.isTransient: throw ProtocolError.notFound("upstream has no such file")
      case .refused, .unreachable, .wrongContent: throw ProtocolError.upstreamUnavailable
      }
    }
    sender.metrics.sentUpstreamFile(.miss)
    let rest = PlainDownload(
      url: file.url, headers: Self.anonymous(request), gateway: store.gateway, logger: context.logger)
    return try sender.response(description, to: request, context: context) { range in
      body(of: fill, range, for: reader, over: context.channel, orElse: rest)
    }
  }

  /// What has arrived, as it arrives. Where the disk is full half-way, the rest comes past the cache.
  private func body(
    of fill: Fill, _ range: Range<Int>, for reader: Fill.Reader, over channel: any Channel, orElse rest: PlainDownload
  ) -> ResponseBody {
    let pump = BodyPump(channel: channel, stallTimeout: sender.stallTimeout)
    let metrics = sender.metrics
    return ResponseBody(contentLength: range.count) { writer in
      var position = range.lowerBound
      do {
        while position < range.upperBound {
          let available = try await fill.wait(beyond: position)
          let end = min(available, range.upperBound, Saturating.sum(position, pump.piece))
          try await pump.write(try fill.read(position..<end), to: &writer)
          position = end
        }
      } catch Fill.Failure.noRoom {
        try await rest.send(position..<range.upperBound, to: &writer, pump)
      }
      metrics.sentFile(bytes: range.count, complete: true)
      try await writer.finish(nil)
      withExtendedLifetime(reader) {}
    }
  }

  /// Straight from the upstream store, with what the device says of itself.
  private func past(_ file: UpstreamFile, _ request: Request, _ context: DeviceContext) async throws -> Response {
    sender.metrics.sentUpstreamFile(.bypass)
    var headers =
      store.gateway.isUpstream(file.url) ? UpstreamGateway.forwarded(request.headers) : Self.anonymous(request)
    if request.method == .head {
      let answer = try await store.gateway.send(
        UpstreamRequest(method: "HEAD", url: file.url, headers: headers, timeout: store.gateway.timeout),
        logger: context.logger)
      return store.gateway.headAnswer(answer)
    }
    // Whether the range counts is for the upstream store to say: the entity tag is its own.
    if let version = request.headers[.ifRange] { headers.append(("If-Range", version)) }
    return try await store.gateway.stream(
      UpstreamRequest(url: file.url, headers: headers), from: Self.offset(request),
      over: context.channel, stallTimeout: sender.stallTimeout, logger: context.logger)
  }

  /// Where a download goes on that was cut: `bytes=<offset>-`. Any other range is answered with the whole file, whose size
  /// only the upstream store knows.
  static func offset(_ request: Request) -> Int {
    guard case .from(let offset) = ByteRange.Specification(request.headers[.range]) else { return 0 }
    return offset
  }

  /// The cache is everybody's, so what it asks tells of nobody.
  private static func anonymous(_ request: Request) -> [(String, String)] {
    UpstreamGateway.forwarded(request.headers).filter {
      ["user-agent", "snap-cdn", "snap-refresh-reason"].contains($0.0.lowercased())
    }
  }
}

/// The rest of a download that cannot be kept.
private struct PlainDownload: Sendable {
  let url: String
  let headers: [(String, String)]
  let gateway: UpstreamGateway
  let logger: Logger

  func send(_ range: Range<Int>, to writer: inout any ResponseBodyWriter, _ pump: BodyPump) async throws {
    let place = try await gateway.streamPlace(logger: logger)
    defer { withExtendedLifetime(place) {} }
    let stream = UpstreamStream.Reader(
      UpstreamRequest(url: url, headers: headers, timeout: nil), from: range.lowerBound, client: gateway.client)
    var skip = try await stream.head().status == 200 ? range.lowerBound : 0
    var missing = range.count
    while missing > 0, var piece = try await stream.next() {
      let skipped = min(skip, piece.readableBytes)
      piece.moveReaderIndex(forwardBy: skipped)
      // Range: skipped is the smaller of skip and another length.
      skip -= skipped
      guard let wanted = piece.readSlice(length: min(missing, piece.readableBytes)), wanted.readableBytes > 0 else {
        continue
      }
      try await pump.write(wanted, to: &writer)
      // Range: at most `missing` bytes were taken.
      missing -= wanted.readableBytes
    }
    guard missing == 0 else { throw Fill.Failure.unreachable }
  }
}
