import Assertions
import HTTPClient
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ProxyState

/// The routes of the server, without a server: for tests that go over all of them.
public struct RouteListing: Sendable, Encodable {
  /// A method and a path; `{name}` stands for one part of a path, `**` for all that follows.
  public struct Route: Sendable, Hashable, Encodable {
    /// `GET`; what has GET has HEAD, and every path has OPTIONS.
    public let method: String
    /// `/v2/snaps/info/{name}`.
    public let path: String
  }

  /// Of a store that stands alone.
  public let airgapped: [Route]
  /// Of a proxy of the upstream store.
  public let online: [Route]

  enum CodingKeys: String, CodingKey {
    case airgapped = "air-gapped"
    case online
  }

  private struct NoStore: Error {}

  /// The routes of both modes, from the table that serves.
  /// - Parameter directory: Is not touched.
  public init(directory: String = "/nonexistent") throws {
    airgapped = try Self.routes(isOnline: false, directory)
    online = try Self.routes(isOnline: true, directory)
  }

  private static func routes(isOnline: Bool, _ directory: String) throws -> [Route] {
    let identity = StoreIdentity(storeID: nil, address: try StoreAddress("http://localhost"))
    let storefront = CurrentStorefront(
      try Storefront(Catalogue(generation: 0, snaps: []), assertions: .empty, identity: identity))
    let logger = Logger(label: "routes") { _ in SwiftLogNoOpLogHandler() }
    let nonces = Nonces(secret: [], use: { _, _ in throw NoStore() })
    let sessions = SessionDesk(
      tokens: SessionTokens(secret: []), nonces: nonces, roots: .canonical, storefront: storefront)
    let upstream = UpstreamSources(
      upstream: "http://localhost", client: HTTPClient(), secret: [],
      downloads: DownloadStore(directory: "\(directory)/downloads"), capacity: { 0 }, allowedServices: { [] })
    let administration = AdministrationSources(
      desk: { throw NoStore() }, isAdministrator: { _ in throw NoStore() }, secret: { throw NoStore() },
      singleSignOn: { throw NoStore() })
    let parts = ServerParts(
      storefront: storefront, gate: DeviceGate(sessions: sessions), sessions: sessions, nonces: nonces,
      blobs: BlobStore(directory: directory), administration: administration,
      online: isOnline ? OnlineParts(upstream, storefront: storefront, logger: logger) : nil, manual: nil,
      metrics: ServerMetrics(), state: ServerState(), log: logger, stallTimeout: .seconds(1),
      clients: ClientLimits(connections: 1, bytes: 1))
    return Routes(parts: parts).all.map { Route(method: $0.method.rawValue, path: $0.path.description) }
  }
}
