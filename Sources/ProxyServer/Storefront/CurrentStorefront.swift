import Synchronization

/// The storefront of the latest generation. Requests take it once and keep it.
final class CurrentStorefront: Sendable {
  private let storefront: Mutex<Storefront>

  init(_ storefront: Storefront) { self.storefront = Mutex(storefront) }

  /// The latest.
  var latest: Storefront { storefront.withLock { $0 } }

  func replace(with next: Storefront) { storefront.withLock { $0 = next } }
}
