import HTTPTypes
import Hummingbird

/// Sends who asks for a page or a file over plain HTTP to HTTPS, while there is a certificate. Devices' POSTs are answered:
/// snapd would make a GET of a redirected one. Status pages are answered for whoever watches this machine.
struct RedirectMiddleware: RouterMiddleware {
  typealias Context = DeviceContext

  let contexts: TLSContexts
  let storefront: CurrentStorefront
  let port: Int

  func handle(
    _ request: Request, context: DeviceContext, next: (Request, DeviceContext) async throws -> Response
  ) async throws -> Response {
    guard request.method == .get || request.method == .head, !request.uri.path.hasPrefix("/_status/"),
      hasBetterWay(request, isFromBalancer: context.isFromBalancer)
    else { return try await next(request, context) }
    return Response(status: .permanentRedirect, headers: [.location: "\(address)\(request.uri.string)"])
  }

  /// Whether the client came without TLS though there is TLS, ours or a load balancer's.
  private func hasBetterWay(_ request: Request, isFromBalancer: Bool) -> Bool {
    guard isFromBalancer, let scheme = request.headers[.forwardedProtocol] else {
      return contexts.current != nil
    }
    // Each balancer on the way appends its own; the first saw the client.
    guard scheme.prefix(while: { $0 != "," }).trimmingPrefix(while: \.isWhitespace).lowercased() != "https" else {
      return false
    }
    return contexts.current != nil || storefront.latest.identity.address.description.hasPrefix("https:")
  }

  /// Never what the client calls us: a redirect must not lead where a client's header says.
  private var address: String {
    let address = storefront.latest.identity.address
    if address.description.hasPrefix("https:") { return address.description }
    let host = address.host.contains(":") && !address.host.hasPrefix("[") ? "[\(address.host)]" : address.host
    return port == 443 ? "https://\(host)" : "https://\(host):\(port)"
  }
}
