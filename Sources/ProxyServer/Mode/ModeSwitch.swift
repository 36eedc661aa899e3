import Hummingbird
import Logging
import Synchronization

/// Follows the store's mode while the server runs: online, it passes devices' questions on; air-gapped, it answers them.
final class ModeSwitch: Sendable {
  private let plain: ModalResponder
  private let secure: ModalResponder
  private let sources: ServerSources
  private let parts: @Sendable (OnlineParts?) -> ServerParts
  private let redirect: RedirectMiddleware
  private let storefront: CurrentStorefront
  private let logger: Logger
  private let isOnline: Mutex<Bool>

  /// In the mode of now: gives both responders their routes.
  /// - Parameter parts: What endpoints share, in the mode that it gets the parts of.
  init(
    sources: ServerSources, storefront: CurrentStorefront, redirect: RedirectMiddleware, plain: ModalResponder,
    secure: ModalResponder, logger: Logger,
    parts: @escaping @Sendable (OnlineParts?) -> ServerParts
  ) async throws {
    self.sources = sources
    self.storefront = storefront
    self.redirect = redirect
    self.logger = logger
    self.parts = parts
    let online = try await sources.upstream().map { OnlineParts($0, storefront: storefront, logger: logger) }
    let routes = Routes(parts: parts(online))
    plain.replace(with: routes.router(redirecting: redirect).buildResponder())
    secure.replace(with: routes.router().buildResponder())
    self.plain = plain
    self.secure = secure
    isOnline = Mutex(online != nil)
  }

  /// Looks whether the mode is another one, and answers accordingly from then on.
  func follow() async throws {
    let upstream = try await sources.upstream()
    let wasOnline = isOnline.withLock { isOnline in
      defer { isOnline = upstream != nil }
      return isOnline
    }
    guard wasOnline != (upstream != nil) else { return }
    let routes = Routes(parts: parts(upstream.map { OnlineParts($0, storefront: storefront, logger: logger) }))
    plain.replace(with: routes.router(redirecting: redirect).buildResponder())
    secure.replace(with: routes.router().buildResponder())
    logger.notice("the store is in \(upstream == nil ? "air-gapped" : "online") mode now")
  }
}
