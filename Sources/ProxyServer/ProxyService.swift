import Glibc
import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// The server that devices talk to: loads what the store offers, listens, follows every change, and ends in order when it
/// is told to.
public struct ProxyService: Sendable {
  private let configuration: ServerConfiguration
  private let open: @Sendable () async throws -> ServerSources
  private let logger: Logger
  private let listening: @Sendable (ListeningServer) async -> Void
  private let tell: @Sendable (ServiceState) -> Void
  private let stopRequests: AsyncStream<Void>
  private let stopRequest: AsyncStream<Void>.Continuation

  /// A server that binds its port first and opens its store afterwards.
  /// - Parameters:
  ///   - open: Opens the store; called again until the database answers.
  ///   - listening: Runs once the port is bound and the store is open.
  ///   - tell: Hears what the server is doing.
  public init(
    configuration: ServerConfiguration, logger: Logger,
    listening: @escaping @Sendable (ListeningServer) async -> Void = { _ in },
    tell: @escaping @Sendable (ServiceState) -> Void = { _ in },
    open: @escaping @Sendable () async throws -> ServerSources
  ) {
    self.configuration = configuration
    self.open = open
    self.logger = logger
    self.listening = listening
    self.tell = tell
    (stopRequests, stopRequest) = AsyncStream.makeStream(of: Void.self)
  }

  /// Asks the server to stop, also before it runs.
  public func stop() { stopRequest.yield() }

  /// Serves until ``stop()``, or until the task is cancelled. Then no more connections are accepted, requests run
  /// to their end for as long as the limits allow, and the function returns.
  /// - Throws: ``ServerError`` where it cannot listen; what opening the store throws and waiting cannot mend.
  public func run() async throws {
    let metrics = ServerMetrics()
    let state = ServerState()
    let contexts = TLSContexts()
    let clients = clientLimits()
    let starting = StartingResponder(state: state, metrics: metrics, log: logger, clients: clients)
    let (plain, secure) = (ModalResponder(starting), ModalResponder(starting))
    let (bound, bind) = AsyncStream.makeStream(of: Int.self)
    let store = StoreService(
      configuration: configuration, open: open, plain: plain, secure: secure, metrics: metrics, state: state,
      clients: clients, contexts: contexts, logger: logger, tell: tell,
      opened: { [listening, stopRequest] in
        for await port in bound {
          await listening(ListeningServer(port: port, stopRequests: stopRequest))
          break
        }
      })
    let wanted = ListenAddress(host: configuration.host, port: configuration.port)
    let address = try wanted.onThisHost()
    if address != wanted {
      logger.notice("this host has no IPv6; listening on IPv4", metadata: ["address": "\(address)"])
    }
    let secureAddress = ListenAddress(host: address.host, port: configuration.securePort)
    var group = ServiceGroupConfiguration(
      services: [
        .init(service: store),
        .init(service: application(plain, at: address, metrics: metrics, clients: clients, bound: bind)),
        .init(
          service: SecureService(contexts: contexts, logger: logger) {
            secureApplication(
              secure, at: secureAddress, metrics: metrics, clients: clients, contexts: contexts)
          }),
        // The last hears first that the server is to stop.
        .init(
          service: StopNotice(requests: stopRequests, state: state, tell: tell),
          successTerminationBehavior: .gracefullyShutdownGroup),
      ], logger: logger)
    group.maximumGracefulShutdownDuration = configuration.limits.drainTimeout
    try await ServiceGroup(configuration: group).run()
  }

  private func application(
    _ responder: ModalResponder, at address: ListenAddress, metrics: ServerMetrics,
    clients: ClientLimits, bound: AsyncStream<Int>.Continuation
  ) -> some Service {
    Listener(address: address, key: "proxy.port.http") { [tell] in
      Application(
        responder: responder,
        server: server(metrics, clients),
        configuration: ApplicationConfiguration(
          address: .hostname(address.host, port: address.port), serverName: "snap-proxy",
          backlog: Self.backlog),
        onServerRunning: { channel in
          let port = channel.localAddress?.port ?? 0
          tell(.listening(address: "\(ListenAddress(host: address.host, port: port))"))
          bound.yield(port)
        },
        eventLoopGroupProvider: .singleton, logger: frameworkLogger)
    }
  }

  private func secureApplication(
    _ responder: ModalResponder, at address: ListenAddress, metrics: ServerMetrics,
    clients: ClientLimits, contexts: TLSContexts
  ) -> some Service {
    Listener(address: address, key: "proxy.port.https") { [tell] in
      Application(
        responder: responder,
        server: server(metrics, clients, contexts),
        configuration: ApplicationConfiguration(
          address: .hostname(address.host, port: address.port), serverName: "snap-proxy",
          backlog: Self.backlog),
        onServerRunning: { channel in
          let port = channel.localAddress?.port ?? 0
          tell(.listeningSecurely(address: "\(ListenAddress(host: address.host, port: port))"))
        },
        eventLoopGroupProvider: .singleton, logger: frameworkLogger)
    }
  }

  /// Connections that the kernel keeps until they are accepted; it keeps no more than `net.core.somaxconn`.
  private static let backlog = 4096

  /// Hummingbird tells at the level `info` what this server tells in its own words.
  private var frameworkLogger: Logger {
    var logger = logger
    logger.logLevel = .notice
    return logger
  }

  private func server(
    _ metrics: ServerMetrics, _ clients: ClientLimits, _ contexts: TLSContexts? = nil
  ) -> HTTPServerBuilder {
    HTTPServerBuilder { [limits = configuration.limits] responder in
      GuardedChannel(responder: responder, limits: limits, clients: clients, metrics: metrics, contexts: contexts)
    }
  }

  /// As many connections as are configured, or as the system lets this process hold.
  private func clientLimits() -> ClientLimits {
    let limits = configuration.limits
    let system = DescriptorLimit.raised(for: limits.connections)
    let connections = system.connections(wanted: limits.connections)
    if connections < limits.connections {
      logger.warning(
        "the system's limit on open files allows fewer connections than usual; raise LimitNOFILE (ulimit -Hn)",
        metadata: [
          "connections": "\(connections)", "usual": "\(limits.connections)", "limit": "\(system.descriptors)",
          "needed": "\(DescriptorLimit.needed(for: limits.connections))",
        ])
    }
    return ClientLimits(connections: connections, bytes: limits.bytesInFlight)
  }
}

/// A server that tells which address it is that it cannot listen on.
private struct Listener<Server: Service>: Service {
  let address: ListenAddress
  /// The configuration key that names the port.
  let key: String
  let server: @Sendable () -> Server

  func run() async throws {
    do { try await server().run() } catch let error
      where error is IOError || error is SocketAddressError || error is SocketAddressError.UnknownHost
    {
      throw failure(error)
    }
  }

  private func failure(_ error: any Error) -> ServerError {
    let address = "\(address)"
    guard let error = error as? IOError else { return .cannotListen(address, key: key, reason: "\(error)") }
    return switch error.errnoCode {
    case EADDRINUSE: .addressInUse(address, key: key)
    case EACCES, EPERM: .notPermitted(address, key: key)
    default: .cannotListen(address, key: key, reason: String(cString: strerror(error.errnoCode)))
    }
  }
}

/// A server that accepts connections.
public struct ListeningServer: Sendable {
  /// The port, also where the system chose it.
  public let port: Int
  fileprivate let stopRequests: AsyncStream<Void>.Continuation

  /// Asks it to stop.
  public func stop() { stopRequests.yield() }
}

/// Waits for the word to stop and tells the status pages.
private struct StopNotice: Service {
  let requests: AsyncStream<Void>
  let state: ServerState
  let tell: @Sendable (ServiceState) -> Void

  func run() async throws {
    for await _ in requests.cancelOnGracefulShutdown() { break }
    state.drain()
    tell(.stopping)
  }
}
