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
    guard contexts.current != nil, request.method == .get || request.method == .head,
      !request.uri.path.hasPrefix("/_status/")
    else { return try await next(request, context) }
    return Response(status: .permanentRedirect, headers: [.location: address + request.uri.string])
  }

  /// Never what the client calls us: a redirect must not lead where a client's header says.
  private var address: String {
    let address = storefront.latest.identity.address
    if address.description.hasPrefix("https:") { return address.description }
    let host = address.host.contains(":") && !address.host.hasPrefix("[") ? "[\(address.host)]" : address.host
    return port == 443 ? "https://\(host)" : "https://\(host):\(port)"
  }
}
