import Hummingbird

@testable import ProxyServer

/// The routes that take a body, so that a test goes over all of them.
enum RouteTable {
  /// Their paths; every name in a path is replaced.
  static func posts(isOnline: Bool) throws -> [String] {
    try Routes.withoutServer(isOnline: isOnline).all.filter { $0.method == .post }.map { path(of: $0) }
  }

  /// Of a store without a database and without administrators.
  static let administration = AdministrationSources(
    desk: { throw CancellationError() }, isAdministrator: { _ in false }, secret: { Array(repeating: 7, count: 32) },
    singleSignOn: { SingleSignOnParty(location: "", publicKey: "") })

  private static func path(of route: Route) -> String {
    "/"
      + route.path.description.split(separator: "/").map { part in
        part.hasPrefix(":") || part.hasPrefix("{") || part == "**" ? "x" : String(part)
      }.joined(separator: "/")
  }
}
