import Assertions
import HTTPClient
import Logging
import NIOCore
import ProxyState

extension Routes {
  private struct NoStore: Error {}

  /// The routes of one mode on parts that serve nothing: for lists of routes, and for tests that go over all of them.
  static func withoutServer(isOnline: Bool) throws -> Routes {
    let directory = "/nonexistent"
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
    return Routes(
      parts: ServerParts(
        storefront: storefront, gate: DeviceGate(sessions: sessions), sessions: sessions, nonces: nonces,
        blobs: BlobStore(directory: directory), administration: administration,
        online: isOnline ? OnlineParts(upstream, storefront: storefront, logger: logger) : nil, manual: nil,
        metrics: ServerMetrics(), state: ServerState(), log: logger, stallTimeout: .seconds(1),
        clients: ClientLimits(connections: 1, bytes: 1)))
  }
}
