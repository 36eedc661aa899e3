import Glibc
import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import UnixSignals

/// The server that devices talk to: loads what the store offers, listens, follows every change, and ends in order when it
/// is told to.
public struct ProxyService: Sendable {
  private let configuration: ServerConfiguration
  private let sources: ServerSources
  private let logger: Logger
  private let listening: @Sendable (ListeningServer) async -> Void
  private let listeningSecurely: @Sendable (Int) async -> Void

  /// - Parameters:
  ///   - listening: Hears of the server as soon as its port is bound.
  ///   - listeningSecurely: Hears of the port of TLS as soon as that is bound.
  public init(
    configuration: ServerConfiguration, sources: ServerSources, logger: Logger,
    listening: @escaping @Sendable (ListeningServer) async -> Void = { _ in },
    listeningSecurely: @escaping @Sendable (Int) async -> Void = { _ in }
  ) {
    self.configuration = configuration
    self.sources = sources
    self.logger = logger
    self.listening = listening
    self.listeningSecurely = listeningSecurely
  }

  /// Serves until SIGTERM or SIGINT, or until the task is cancelled. Then no more connections are accepted, requests run
  /// to their end for as long as the limits allow, and the function returns.
  /// - Throws: ``ServerError`` where it cannot listen; what loading the catalogue throws.
  public func run() async throws {
    let metrics = ServerMetrics()
    let state = ServerState()
    let loader = StorefrontLoader(sources: sources, logger: logger)
    let storefront = CurrentStorefront(try await loader.load())
    let sessions = SessionDesk(
      tokens: SessionTokens(secret: sources.sessionSecret), nonces: sources.nonces, roots: sources.roots,
      storefront: storefront)
    let contexts = TLSContexts()
    try contexts.replace(with: try await sources.certificate())
    let redirect = RedirectMiddleware(
      contexts: contexts, storefront: storefront, port: configuration.securePort,
      trustsForwardedProtocol: configuration.trustsForwardedProtocol)
    let mode = try await ModeSwitch(sources: sources, storefront: storefront, redirect: redirect, logger: logger) {
      [sources, configuration] online in
      ServerParts(
        storefront: storefront, gate: DeviceGate(sessions: sessions), sessions: sessions, nonces: sources.nonces,
        blobs: sources.blobs, administration: sources.administration, online: online,
        manual: configuration.manualDirectory, metrics: metrics, state: state,
        stallTimeout: TimeAmount(configuration.limits.stallTimeout),
        trustsForwarded: configuration.trustsForwardedProtocol)
    }
    let (stopRequests, stop) = AsyncStream.makeStream(of: Void.self)
    var group = ServiceGroupConfiguration(
      services: [
        .init(
          service: CatalogueFollower(
            loader: loader, storefront: storefront, state: state, contexts: contexts, mode: mode)),
        .init(service: NonceSweep(nonces: sources.nonces, logger: logger)),
        .init(service: application(mode.plain, metrics: metrics, stop: stop)),
        .init(
          service: SecureService(contexts: contexts, logger: logger) {
            secureApplication(mode.secure, metrics: metrics, contexts: contexts)
          }),
        // The last hears first that the server is to stop.
        .init(
          service: StopNotice(requests: stopRequests, state: state),
          successTerminationBehavior: .gracefullyShutdownGroup),
      ], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    group.maximumGracefulShutdownDuration = configuration.limits.drainTimeout
    do { try await ServiceGroup(configuration: group).run() } catch let error as ListenFailure {
      throw Self.translated(error)
    }
  }

  private func application(
    _ responder: ModalResponder, metrics: ServerMetrics, stop: AsyncStream<Void>.Continuation
  ) -> some Service {
    Listener(port: configuration.port, host: configuration.host) { [listening] in
      Application(
        responder: responder,
        server: .http1(configuration: channelConfiguration(metrics)),
        configuration: ApplicationConfiguration(
          address: .hostname(configuration.host, port: configuration.port), serverName: "snap-proxy",
          availableConnectionsDelegate: .maximum(configuration.limits.connections, logger: logger)),
        onServerRunning: { channel in
          await listening(ListeningServer(port: channel.localAddress?.port ?? 0, stopRequests: stop))
        },
        eventLoopGroupProvider: .singleton, logger: logger)
    }
  }

  private func secureApplication(
    _ responder: ModalResponder, metrics: ServerMetrics, contexts: TLSContexts
  ) -> some Service {
    let channel = channelConfiguration(metrics)
    return Listener(port: configuration.securePort, host: configuration.host) { [listeningSecurely] in
      Application(
        responder: responder,
        server: HTTPServerBuilder { responder in
          SecureChannel(base: HTTP1Channel(responder: responder, configuration: channel), contexts: contexts)
        },
        configuration: ApplicationConfiguration(
          address: .hostname(configuration.host, port: configuration.securePort), serverName: "snap-proxy",
          availableConnectionsDelegate: .maximum(configuration.limits.connections, logger: logger)),
        onServerRunning: { channel in await listeningSecurely(channel.localAddress?.port ?? 0) },
        eventLoopGroupProvider: .singleton, logger: logger)
    }
  }

  private func channelConfiguration(_ metrics: ServerMetrics) -> HTTP1Channel.Configuration {
    let limits = configuration.limits
    let requestTimeout = TimeAmount(limits.requestTimeout)
    return HTTP1Channel.Configuration(
      additionalChannelHandlers: [ConnectionGuard(metrics: metrics, requestTimeout: requestTimeout)],
      idleTimeout: TimeAmount(limits.idleTimeout),
      httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
        maxHeaderFieldSize: limits.headerSize, maxHeaderListSize: limits.headersSize,
        maxHeaderFieldCount: limits.headerCount))
  }

  private static func translated(_ failure: ListenFailure) -> ServerError {
    guard let error = failure.error as? IOError else {
      return .cannotListen(failure.address, reason: "\(failure.error)")
    }
    return switch error.errnoCode {
    case EADDRINUSE: .addressInUse(failure.address)
    case EACCES, EPERM: .notPermitted(failure.address)
    default: .cannotListen(failure.address, reason: String(describing: error))
    }
  }
}

/// Why a port is not listened on.
private struct ListenFailure: Error {
  let address: String
  let error: any Error
}

/// A server that tells which address it is that it cannot listen on.
private struct Listener<Server: Service>: Service {
  let port: Int
  let host: String
  let server: @Sendable () -> Server

  func run() async throws {
    do { try await server().run() } catch let error
      where error is IOError || error is SocketAddressError || error is SocketAddressError.UnknownHost
    {
      throw ListenFailure(address: "\(host):\(port)", error: error)
    }
  }
}

/// A server that accepts connections.
public struct ListeningServer: Sendable {
  /// The port, also where the system chose it.
  public let port: Int
  fileprivate let stopRequests: AsyncStream<Void>.Continuation

  /// Asks it to stop as a signal would.
  public func stop() { stopRequests.yield() }
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

/// Waits for the word to stop and tells the status pages.
private struct StopNotice: Service {
  let requests: AsyncStream<Void>
  let state: ServerState

  func run() async throws {
    for await _ in requests.cancelOnGracefulShutdown() { break }
    state.drain()
  }
}
