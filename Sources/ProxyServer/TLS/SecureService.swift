import HummingbirdCore
import Logging
import ServiceLifecycle

/// Listens with TLS from the moment on that there is a certificate.
struct SecureService<Server: Service>: Service {
  let contexts: TLSContexts
  let logger: Logger
  let server: @Sendable () -> Server
  /// Before the next attempt to listen on a port that somebody else has.
  var pause: Duration = .seconds(5)

  func run() async throws {
    let isThereAtOnce = contexts.current != nil
    await withGracefulShutdownHandler {
      await contexts.available()
    } onGracefulShutdown: {
      contexts.stopWaiting()
    }
    while contexts.current != nil, !Task.isShuttingDownGracefully, !Task.isCancelled {
      do {
        try await server().run()
        return
      } catch {
        // Who starts the server shall see it fail; who imports a certificate shall not bring it down.
        guard !isThereAtOnce else { throw error }
        logger.error("cannot listen with TLS yet", metadata: ["error": "\(error)"])
        try? await cancelWhenGracefulShutdown { try await Task.sleep(for: pause) }
      }
    }
  }
}
