import Assertions
import Hummingbird
import Logging
import NIOCore
import ProxyState

@testable import ProxyServer

/// The routes of a server, without the server: so that a test goes over all that there are.
enum RouteTable {
  /// - Parameter upstream: Of the online mode; `nil` for a store that stands alone.
  static func all(upstream: UpstreamSources? = nil) throws -> [Route] {
    let storefront = CurrentStorefront(try .of([]))
    let sessions = SessionDesk(
      tokens: SessionTokens(secret: []), nonces: .inMemory(), roots: .canonical, storefront: storefront)
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let parts = ServerParts(
      storefront: storefront, gate: DeviceGate(sessions: sessions), sessions: sessions, nonces: .inMemory(),
      blobs: BlobStore(directory: "/nonexistent"), administration: administration,
      online: upstream.map { OnlineParts($0, storefront: storefront, logger: logger) }, manual: nil,
      metrics: ServerMetrics(), state: ServerState(), log: logger, stallTimeout: .seconds(1),
      clients: ClientLimits(connections: 1, bytes: 1 << 20))
    return Routes(parts: parts).all
  }

  /// The paths of those that take a body.
  static func posts(upstream: UpstreamSources? = nil) throws -> [String] {
    try all(upstream: upstream).filter { $0.method == .post }.map { path(of: $0) }
  }

  /// Of a store without a database and without administrators.
  static let administration = AdministrationSources(
    desk: { throw CancellationError() }, isAdministrator: { _ in false }, secret: { Array(repeating: 7, count: 32) },
    singleSignOn: { SingleSignOnParty(location: "", publicKey: "") })

  /// A path that leads to the route: every name in it is replaced.
  static func path(of route: Route) -> String {
    "/"
      + route.path.description.split(separator: "/").map { part in
        part.hasPrefix(":") || part == "**" ? "x" : String(part)
      }.joined(separator: "/")
  }
}
