import HTTPTypes
import Hummingbird
import NIOCore

/// Writes down what was asked, answers HEAD with the head of GET, and refuses where that was ordered.
struct ObservingMiddleware: RouterMiddleware {
  typealias Context = SimulatorContext

  let log: RequestLog
  let board: MisbehaviourBoard

  func handle(
    _ request: Request, context: SimulatorContext, next: (Request, SimulatorContext) async throws -> Response
  ) async throws -> Response {
    let path = request.uri.path
    let isDebugging = path.hasPrefix("/debug/")
    var response: Response
    if !isDebugging, let refusal = board.take(.status, path: path) {
      response = Self.refusal(refusal)
    } else {
      response = try await next(request, context)
    }
    response.headers[.storeVersion] = "60"
    if request.method == .head { response = response.createHeadResponse() }
    if !isDebugging {
      log.add(
        RequestRecord(
          method: request.method.rawValue, path: path, query: request.uri.query, range: request.headers[.range],
          isAuthorised: request.headers[.authorization] != nil, status: response.status.code))
    }
    return response
  }

  /// As a gateway refuses: without JSON.
  private static func refusal(_ misbehaviour: Misbehaviour) -> Response {
    var headers: HTTPFields = [.contentType: "text/html"]
    if let seconds = misbehaviour.seconds { headers[.retryAfter] = String(Int(seconds.rounded(.up))) }
    return Response(
      status: HTTPResponse.Status(code: misbehaviour.status ?? 503), headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(string: "<html><body>not now</body></html>\n")))
  }
}

extension HTTPField.Name {
  static let storeVersion = known("Snap-Store-Version")
  static let deviceStore = known("Snap-Device-Store")
  static let macaroons = known("Macaroons")
  static let bakeryVersion = known("Bakery-Protocol-Version")
  static let deviceArchitecture = known("Snap-Device-Architecture")
  static let apiKey = known("api-key")
  static let proxySignature = known("X-Proxy-Signature")

  // The names above are well-formed; a typing error would show as a header of this name.
  private static func known(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .contentLocation }
}
