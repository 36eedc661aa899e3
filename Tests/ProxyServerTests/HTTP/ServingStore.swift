import HTTPClient
import Logging
import ProxyServer
import ProxyState

extension ProxyStore {
  /// Serves the store on a free port while the body runs.
  /// - Parameter body: Gets the address, without a slash at the end, and a client that repeats nothing.
  func serving(_ body: (String, HTTPClient) async throws -> Void) async throws {
    var configuration = try ServerConfiguration(ofUnitIn: directory)
    (configuration.host, configuration.port) = ("127.0.0.1", 0)
    let (servers, server) = AsyncStream.makeStream(of: ListeningServer.self)
    let service = ProxyService(
      configuration: configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
      listening: { server.yield($0) }, open: { try await ServerSources(self) })
    async let served: Void = {
      defer { server.finish() }
      try await service.run()
    }()
    for await listening in servers {
      defer { listening.stop() }
      var client = HTTPClientConfiguration()
      client.retries = .never
      try await body("http://127.0.0.1:\(listening.port)", HTTPClient(client))
      break
    }
    try await served
  }
}
