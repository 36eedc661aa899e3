import Foundation
import HTTPClient
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import StoreModel

/// Forwards what devices ask to the upstream store, with the device's own authorisation, and hands the answer back.
struct UpstreamGateway: Sendable {
  /// Without a slash at the end.
  let upstream: String
  let client: HTTPClient
  /// Devices give an API call up after ten seconds.
  var timeout: Duration = .seconds(9)
  private let admission = AdmissionLimit(most: 64, mostWaiting: 2000, patience: .seconds(5))

  init(upstream: String, client: HTTPClient) {
    self.upstream = upstream
    self.client = client
  }

  /// The same request upstream.
  /// - Throws: ``ProtocolError`` where the upstream store does not answer.
  func forward(_ request: Request, body: [UInt8]? = nil, logger: Logger) async throws -> UpstreamResponse {
    try await send(
      UpstreamRequest(
        method: request.method.rawValue, url: upstream + Self.target(of: request),
        headers: Self.forwarded(request.headers),
        body: body, timeout: timeout), logger: logger)
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
    return path + (request.uri.query.map { "?\($0)" } ?? "")
  }

  /// Whether an address is the devices API's: who a device is, is told to nobody else.
  func isUpstream(_ url: String) -> Bool {
    guard let origin = try? WebAddress(parsing: url).origin else { return false }
    return origin == (try? WebAddress(parsing: upstream).origin)
  }

  /// Asks the upstream store.
  func send(_ request: UpstreamRequest, logger: Logger) async throws -> UpstreamResponse {
    let response: UpstreamResponse?
    do { response = try await admission.run { try await client.send(request) } } catch let error as UpstreamFailure {
      if case .cancelled = error { throw CancellationError() }
      if case .invalidRequest = error { throw ProtocolError.malformed("the request cannot be passed on") }
      logger.warning("the upstream store does not answer", metadata: ["reason": "\(error.message)"])
      throw ProtocolError.upstreamUnavailable
    }
    guard let response else {
      logger.warning("too many requests wait for the upstream store")
      throw ProtocolError.upstreamUnavailable
    }
    return response
  }

  /// An answer of the upstream store as ours, with its body or another.
  func answer(_ response: UpstreamResponse, body: ByteBuffer? = nil) -> Response {
    var headers = HTTPFields()
    for (name, value) in response.headers {
      guard Self.returned.contains(name.lowercased()), let field = HTTPField.Name(name) else { continue }
      headers.append(HTTPField(name: field, value: value))
    }
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
}

/// Hands a request through as it is.
struct PassThrough: Endpoint {
  let gateway: UpstreamGateway
  /// Nothing but small documents is sent by devices.
  var largestBody = 1 << 20

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    let body =
      request.method == .post ? [UInt8](buffer: try await RequestReader(request: request).body(upTo: largestBody)) : nil
    return gateway.answer(try await gateway.forward(request, body: body, logger: context.logger))
  }
}
