import Logging
import NIOCore
import Reporting
import ServiceLifecycle

/// Opens the store behind a server that listens already, puts its routes in place, and follows its changes.
struct StoreService: Service {
  let configuration: ServerConfiguration
  let open: @Sendable () async throws -> ServerSources
  let plain: ModalResponder
  let secure: ModalResponder
  let metrics: ServerMetrics
  let state: ServerState
  let clients: ClientLimits
  let contexts: TLSContexts
  let logger: Logger
  let tell: @Sendable (ServiceState) -> Void
  /// Runs when the store is open and the routes are in place.
  let opened: @Sendable () async -> Void
  private let waitingLog = WaitingLog()

  func run() async throws {
    let opening = StoreOpening(open: { try await load() }, waiting: waiting)
    let found: (ServerSources, Storefront)
    do {
      found = try await cancelWhenGracefulShutdown { try await opening.run() }
    } catch is CancellationError {
      return
    }
    let (sources, first) = found
    let storefront = CurrentStorefront(first)
    try contexts.replace(with: try await sources.certificate(), isFirst: true)
    let mode = try await makeMode(sources, storefront)
    state.database(failure: nil)
    tell(.serving)
    await opened()
    let follower = CatalogueFollower(
      loader: StorefrontLoader(sources: sources, logger: logger), storefront: storefront, state: state,
      contexts: contexts, mode: mode)
    let sweep = NonceSweep(nonces: sources.nonces, logger: logger)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await follower.run() }
      group.addTask { try await sweep.run() }
      try await group.waitForAll()
    }
  }

  private func load() async throws -> (ServerSources, Storefront) {
    let sources = try await open()
    return (sources, try await StorefrontLoader(sources: sources, logger: logger).load())
  }

  private func waiting(_ error: any UserFacingError) {
    state.database(failure: error.message)
    if let level = waitingLog.level(of: error.message) {
      let advice = error.advice.map { "; \($0)" } ?? ""
      logger.log(level: level, "waiting for the database: \(error.message)\(advice)")
    }
    tell(.waiting(error))
  }

  private func makeMode(_ sources: ServerSources, _ storefront: CurrentStorefront) async throws -> ModeSwitch {
    let sessions = SessionDesk(
      tokens: SessionTokens(secret: sources.sessionSecret), nonces: sources.nonces, roots: sources.roots,
      storefront: storefront)
    let redirect = RedirectMiddleware(
      contexts: contexts, storefront: storefront, port: configuration.securePort)
    clients.trusted = sources.trustedBalancers
    return try await ModeSwitch(
      sources: sources, storefront: storefront, redirect: redirect, plain: plain, secure: secure, logger: logger
    ) { [configuration, metrics, state, logger, clients] online in
      ServerParts(
        storefront: storefront, gate: DeviceGate(sessions: sessions), sessions: sessions, nonces: sources.nonces,
        blobs: sources.blobs, administration: sources.administration, online: online,
        manual: configuration.manualDirectory, metrics: metrics, state: state, log: logger,
        stallTimeout: TimeAmount(configuration.limits.stallTimeout),
        clients: clients)
    }
  }
}

/// Removes expired nonces from time to time; every unit does, since none knows of the others.
private struct NonceSweep: Service {
  let nonces: Nonces
  let logger: Logger

  func run() async throws {
    try? await cancelWhenGracefulShutdown {
      while true {
        try await Task.sleep(for: Nonces.lifetime)
        do { try await nonces.removeExpired() } catch {
          logger.warning("cannot remove expired nonces", metadata: ["error": "\(error)"])
        }
      }
    }
  }
}
