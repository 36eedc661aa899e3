import HummingbirdCore
import Logging
import Reporting
import ServiceLifecycle

/// Listens with TLS from the moment on that there is a certificate.
struct SecureService<Server: Service>: Service {
  let contexts: TLSContexts
  let logger: Logger
  let server: @Sendable () -> Server
  /// Before the next attempt to listen on a port that somebody else has.
  var pause: Duration = .seconds(5)

  func run() async throws {
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
        // A start must not hide that TLS fails; an import of a certificate must not end a running server.
        guard !contexts.isThereFromStart else { throw error }
        let problem = error as? any UserFacingError
        logger.error(
          "cannot listen with TLS yet",
          metadata: ["error": "\(problem?.message ?? "\(error)")", "advice": "\(problem?.advice ?? "")"])
        try? await cancelWhenGracefulShutdown { try await Task.sleep(for: pause) }
      }
    }
  }
}
