import Hummingbird
import Logging
import NIOCore
import ProxyState

/// Gives each request its id, answers HEAD with the head of GET, writes the access log and counts.
///
/// Neither log nor metrics see a query, a header or a body: any of them may hold a token.
struct RequestMiddleware: RouterMiddleware {
  typealias Context = DeviceContext

  let metrics: ServerMetrics
  /// Gets a line for each request. The framework's own logger is quieter.
  let log: Logger
  /// Load balancers whose X-Forwarded-For is trusted.
  let clients: ClientLimits

  func handle(
    _ request: Request, context: DeviceContext, next: (Request, DeviceContext) async throws -> Response
  ) async throws -> Response {
    let start = ContinuousClock.now
    let id = request.headers[.requestID].flatMap { Self.isAcceptable($0) ? $0 : nil } ?? Self.makeID()
    var context = context
    let trusted = clients.trusted
    if trusted.contains(context.clientAddress) {
      context.isFromBalancer = true
      if let chain = request.headers[.forwardedFor], let client = trusted.client(in: chain) {
        context.clientAddress = client
      }
    }
    // Without an address behind it, a balancer asks for itself, and its share has no limit.
    context.client =
      trusted.contains(context.clientAddress) && trusted != .everyone
      ? nil : ClientNetwork(context.clientAddress)
    context.account?.begin(for: context.client)
    context.logger[metadataKey: "hb.request.id"] = nil
    context.logger[metadataKey: "request-id"] = .string(id)
    var response = try await next(request, context)
    response.headers[.requestID] = id
    // Even a 304 tells no length of a body that does not come; everything else says how long it is.
    if request.method == .head {
      let isLengthKnown = response.headers[.contentLength] != nil
      response = response.createHeadResponse()
      // Of a body that does not come, 0 would be a false length (RFC 9110, section 8.6).
      if !isLengthKnown { response.headers[.contentLength] = nil }
    }
    let duration = ContinuousClock.now - start
    metrics.answered(
      route: context.endpointPath ?? "", status: response.status.code, after: duration,
      bytes: request.method == .head ? 0 : response.body.contentLength ?? 0)
    var log = log
    log[metadataKey: "request-id"] = .string(id)
    log.info(
      "\(request.method.rawValue) \(Self.shown(request.uri.path)) \(response.status.code)",
      metadata: [
        "bytes": "\(response.headers[.contentLength] ?? "-")",
        "ms": "\(duration / .milliseconds(1))",
      ])
    return response
  }

  private static let longestPath = 256

  /// A sealed address may hold a token of the upstream store's; the name behind it tells enough.
  private static func shown(_ path: String) -> Substring {
    guard path.hasPrefix(SignedLinks.path) else { return path.prefix(longestPath) }
    return "\(SignedLinks.path).../\(path.split(separator: "/").last?.prefix(128) ?? "")"[...]
  }

  private static func makeID() -> String {
    let number = "\(String(repeating: "0", count: 15))\(String(UInt64.random(in: 0 ... .max), radix: 16))"
    return String(number.suffix(16))
  }

  private static func isAcceptable(_ id: String) -> Bool {
    (1...128).contains(id.utf8.count)
      && id.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
          true
        default: false
        }
      }
  }
}
