import Cryptography
import Dispatch
import Foundation
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// A SaaS store in miniature, with its own root of trust: for demonstrations and tests.
public enum StoreSimulator {
  /// Makes what the store needs and starts to serve it.
  /// - Throws: ``SimulatorError``.
  public static func start(_ options: SimulatorOptions = SimulatorOptions()) async throws -> RunningSimulator {
    let temporary = FileManager.default.temporaryDirectory.appending(path: "store-simulator-\(UUID())").path
    let directory = options.directory ?? temporary
    do {
      let parts = try await onOwnThread { try makeParts(options, directory: directory) }
      return try await serve(parts, options: options, temporary: options.directory == nil ? temporary : nil)
    } catch {
      if options.directory == nil { try? FileManager.default.removeItem(atPath: temporary) }
      throw error
    }
  }

  private static func makeParts(_ options: SimulatorOptions, directory: String) throws -> SimulatorParts {
    let (stores, seeds): ([SeedStore], [SeedSnap]) =
      switch options.seed {
      case .demo: (try BrandSeed.stores(), try DemoSeed.snaps())
      case .load(let count, let bytes): ([], try LoadSeed.snaps(count, bytes: bytes))
      case .fleet(let count): (try FleetSeed.stores(), try FleetSeed.snaps(count))
      case .snaps(let snaps): ([], snaps)
      case .stores(let stores, let snaps): (stores, snaps)
      }
    var snaps = seeds
    for (name, bytes) in options.randomSnaps.sorted(by: { $0.key < $1.key }) {
      snaps.append(try LoadSeed.snap(name, bytes: bytes, yamlSize: options.yamlSize))
    }
    let keys = try SimulatorKeys(directory: "\(directory)/keys", bits: options.keyBits)
    let catalogue = try SimulatedCatalogue(snaps, stores: stores, directory: "\(directory)/snaps")
    return SimulatorParts(
      catalogue: catalogue,
      trust: try StoreTrust(keys: keys, catalogue: catalogue, accounts: SimulatedUser.all.map(\.account)),
      address: ServerAddress(),
      tokens: DashboardTokens(secret: keys.macaroonSecret, login: LoginService(key: keys.login)),
      identity: IdentityService(
        keys: BoxKeyPair(
          secretKey: HMACSHA256.code(key: keys.macaroonSecret, message: Array("identity key".utf8)))))
  }

  private static func serve(
    _ parts: SimulatorParts, options: SimulatorOptions, temporary: String?
  ) async throws -> RunningSimulator {
    let (started, start) = AsyncStream.makeStream(of: Void.self)
    let logger = Logger(label: "store-simulator") { _ in SwiftLogNoOpLogHandler() }
    let application = Application(
      router: Routes(parts: parts).router(),
      configuration: ApplicationConfiguration(
        address: .hostname(options.host, port: options.port), serverName: "store-simulator"),
      onServerRunning: { channel in
        if let url = options.publicURL {
          parts.address.set(url)
        } else {
          parts.address.set(host: options.host, port: channel.localAddress?.port ?? options.port)
        }
        start.finish()
      }, eventLoopGroupProvider: .singleton, logger: logger)
    var configuration = ServiceGroupConfiguration(services: [application], logger: logger)
    // Whoever stalls on command shall not hold up the end.
    configuration.maximumGracefulShutdownDuration = .seconds(1)
    let group = ServiceGroup(configuration: configuration)
    let serving = Task {
      defer { start.finish() }
      try await group.run()
    }
    for await _ in started {}
    guard !parts.address.url.isEmpty else {
      let address = "\(options.host):\(options.port)"
      do { try await serving.value } catch {
        let reason = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? String(describing: error)
        throw SimulatorError.cannotListen(address: address, reason: reason)
      }
      throw SimulatorError.cannotListen(address: address, reason: "the server ended")
    }
    return RunningSimulator(parts: parts, group: group, serving: serving, temporary: temporary)
  }

  /// Making snaps blocks; none of Swift's own threads may.
  private static func onOwnThread<Value: Sendable>(
    _ work: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(with: Result { try work() }) }
    }
  }
}
