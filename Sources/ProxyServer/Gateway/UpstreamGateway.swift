import Foundation
import HTTPClient
import HTTPSemantics
import HTTPTypes
import Hummingbird
import JSONSupport
import Logging
import NIOCore

/// Forwards what devices ask to the upstream store, with the device's own authorisation, and hands the answer back.
struct UpstreamGateway: Sendable {
  /// Without a slash at the end.
  let upstream: String
  let client: HTTPClient
  var timeout: Duration
  /// An exchange costs a connection and a buffer of 64 KiB, no thread; what its answer may take is bounded for all of them
  /// together by ``HTTPClientConfiguration/maximumBodiesAtOnce``. At 150 ms a question that is 3,400 questions a second.
  private let admission = AdmissionLimit(most: 512, mostWaiting: 8192, patience: .seconds(5))
  private let shared: SharedAnswers
  /// Each stream holds a thread for as long as its client takes.
  private let streams = AdmissionLimit(most: 1024, mostWaiting: 2000, patience: .seconds(5))

  /// - Parameter timeout: Of an answer; of its head alone, where the rest is streamed.
  init(upstream: String, client: HTTPClient, timeout: Duration, shared: SharedAnswers = SharedAnswers()) {
    self.shared = shared
    self.upstream = upstream
    self.client = client
    self.timeout = timeout
  }

  /// The same request upstream.
  /// - Parameter method: In place of the request's own.
  /// - Throws: ``ProtocolError`` where the upstream store does not answer.
  func forward(
    _ request: Request, as method: String? = nil, body: [UInt8]? = nil, logger: Logger
  ) async throws -> UpstreamResponse {
    var question = try question(request, body: body)
    if let method { question.method = method }
    return try await send(question, logger: logger)
  }

  /// A device's request as the upstream store gets it.
  /// - Throws: ``ProtocolError`` for a target that is none.
  func question(_ request: Request, body: [UInt8]? = nil) throws(ProtocolError) -> UpstreamRequest {
    UpstreamRequest(
      method: request.method.rawValue, url: "\(upstream)\(try Self.target(of: request))",
      headers: Self.forwarded(request.headers), body: body, timeout: timeout)
  }

  /// Path and query, whatever form the request has: a target that names a host must not become part of an address, and a
  /// path that climbs must not lead out of what the routes offer.
  static func target(of request: Request) throws(ProtocolError) -> String {
    let path = request.uri.path
    let decoded = path.replacing("%2e", with: ".").replacing("%2E", with: ".")
    let segments = decoded.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    guard path.hasPrefix("/"), !path.contains("\\"), !segments.contains(where: { $0 == "." || $0 == ".." }),
      !segments.dropLast().contains("")
    else { throw .malformed("the path is malformed") }
    return request.uri.query.map { "\(path)?\($0)" } ?? path
  }

  /// Whether an address is the devices API's: who a device is, is told to nobody else.
  func isUpstream(_ url: String) -> Bool {
    guard let origin = try? WebAddress(parsing: url).origin else { return false }
    return origin == (try? WebAddress(parsing: upstream).origin)
  }

  /// Asks the upstream store. What only reads is asked once for all who ask the same at the same time.
  func send(_ request: UpstreamRequest, logger: Logger) async throws -> UpstreamResponse {
    guard request.method == "GET" || request.isIdempotent else { return try await ask(request, logger: logger) }
    return try await shared.answer(to: UpstreamQuestion(request)) { [self] in
      try await ask(request, logger: logger)
    }
  }

  private func ask(_ request: UpstreamRequest, logger: Logger) async throws -> UpstreamResponse {
    let response: UpstreamResponse?
    do { response = try await admission.run { try await client.send(request) } } catch let error as UpstreamFailure {
      throw Self.translated(error, logger)
    }
    guard let response else { throw Self.tooMany(logger) }
    return response
  }

  /// Asks the upstream store for what may be large, and hands the answer on piece by piece. The time limit is that of the
  /// head; a body takes what the client takes, unless it stalls.
  func stream(
    _ request: UpstreamRequest, from offset: Int = 0, over channel: any Channel, stallTimeout: TimeAmount,
    logger: Logger
  ) async throws -> Response {
    if let account = ConnectionAccount.current, !account.holdTransfer(inMemory: true) { throw ProtocolError.busy }
    let place = try await streamPlace(logger: logger)
    var request = request
    request.timeout = nil
    let stream = UpstreamStream.Reader(request, from: offset, client: client)
    let head: UpstreamResponse
    do { head = try await self.head(of: stream) } catch let error as UpstreamFailure {
      throw Self.translated(error, logger)
    }
    var answer = answer(head)
    answer.headers[.contentEncoding] = head.headers["content-encoding"]
    if head.status == 416 { answer.headers[.contentRange] = head.headers["content-range"] }
    guard head.status == 200 || head.status == 206 else { return answer }
    for name in [HTTPField.Name.contentRange, .acceptRanges, .vary] {
      answer.headers[name] = head.headers[name.canonicalName]
    }
    let pump = BodyPump(channel: channel, stallTimeout: stallTimeout)
    // The client has refused an answer whose length is malformed.
    let length: Int? = if case .bytes(let count) = head.headers.contentLength { count } else { nil }
    answer.body = ResponseBody(contentLength: length) { writer in
      while let piece = try await stream.next() { try await pump.write(piece, to: &writer) }
      try await writer.finish(nil)
      withExtendedLifetime(place) {}
    }
    return answer
  }

  /// Room for one more stream, for as long as the place is held.
  func streamPlace(logger: Logger) async throws -> AdmissionLimit.Place {
    guard let place = await streams.place() else { throw Self.tooMany(logger) }
    return place
  }

  private func head(of stream: UpstreamStream.Reader) async throws -> UpstreamResponse {
    try await withThrowingTaskGroup(of: UpstreamResponse?.self) { group in
      group.addTask { try await stream.head() }
      group.addTask { [timeout] in
        try await Task.sleep(for: timeout)
        return nil
      }
      defer { group.cancelAll() }
      guard let head = try await group.next() ?? nil else { throw UpstreamFailure.timeout(url: upstream) }
      return head
    }
  }

  private static func translated(_ error: UpstreamFailure, _ logger: Logger) -> any Error {
    if case .cancelled = error { return CancellationError() }
    if case .bodyTooLarge(_, let limit) = error {
      logger.warning("an answer of the upstream store is too large", metadata: ["limit": "\(limit)"])
      return ProtocolError.answerTooLarge(
        "the upstream store's answer has more than \(limit) bytes; ask for less in one request")
    }
    if case .invalidRequest = error { return ProtocolError.malformed("the request cannot be passed on") }
    logger.warning("the upstream store does not answer", metadata: ["reason": "\(error.message)"])
    return ProtocolError.upstreamUnavailable
  }

  private static func tooMany(_ logger: Logger) -> ProtocolError {
    logger.warning("too many requests wait for the upstream store")
    return .upstreamBusy
  }

  /// The JSON of an answer whose addresses must become ours; `nil` where the upstream store refuses.
  /// - Throws: ``ProtocolError`` for what claims to be an answer and cannot be read: it could lead a device past us.
  func document(_ response: UpstreamResponse, logger: Logger) throws(ProtocolError) -> JSONValue? {
    guard (200..<300).contains(response.status) else { return nil }
    do { return try JSONValue(parsing: response.body) } catch {
      logger.error("the upstream store answers what cannot be read", metadata: ["reason": "\(error)"])
      throw .upstreamNonsense
    }
  }

  /// An answer of the upstream store as ours, with its body or another.
  func answer(_ response: UpstreamResponse, body: ByteBuffer? = nil) -> Response {
    var headers = HTTPFields()
    for (name, value) in response.headers {
      guard Self.returned.contains(name.lowercased()), let field = HTTPField.Name(name) else { continue }
      headers.append(HTTPField(name: field, value: value))
    }
    if response.status == 503, headers[.retryAfter] == nil { headers[.retryAfter] = ProtocolError.retryAfter }
    return Response(
      status: HTTPTypes.HTTPResponse.Status(code: response.status), headers: headers,
      body: ResponseBody(byteBuffer: body ?? ByteBuffer(bytes: response.body)))
  }

  /// What a device says of itself and of what it wants. Nothing that belongs to one connection, and nothing that we add.
  static func forwarded(_ headers: HTTPFields) -> [(String, String)] {
    headers.compactMap { field in
      let name = field.name.canonicalName
      let isForwarded =
        ["snap-", "x-ubuntu-", "x-device-"].contains { name.hasPrefix($0) } || kept.contains(name)
      return isForwarded ? (field.name.rawName, field.value) : nil
    }
  }

  private static let kept: Set<String> = ["accept", "authorization", "content-type", "user-agent", "if-none-match"]

  private static let returned: Set<String> = [
    "content-type", "www-authenticate", "x-suggested-currency", "x-oops-id", "retry-after", "etag", "date",
  ]
}

extension ProtocolError {
  /// Devices ask again for half a minute, which is right here: nobody knows better.
  static let upstreamUnavailable = ProtocolError(
    status: .serviceUnavailable, code: "upstream-unavailable",
    message: "the upstream store does not answer; what this proxy holds is still served")

  /// More questions wait than this proxy asks at the same time.
  static let upstreamBusy = ProtocolError(
    status: .serviceUnavailable, code: "upstream-unavailable",
    message: "too many requests wait for the upstream store; try again later")

  /// The same for what is no answer.
  static let upstreamNonsense = ProtocolError(
    status: .badGateway, code: "upstream-unavailable", message: "the upstream store does not answer as it should")
}
