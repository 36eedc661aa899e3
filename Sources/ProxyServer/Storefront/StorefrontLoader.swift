import Logging
import ProxyState
import ServiceLifecycle

/// Makes storefronts.
struct StorefrontLoader: Sendable {
  let sources: ServerSources
  let logger: Logger

  /// The one of now.
  func load() async throws -> Storefront { try await make(try await sources.catalogue(), previous: nil) }

  /// The next, after a change. Assertions come with catalogues: an import writes both in one transaction.
  func make(_ catalogue: Catalogue, previous: Storefront?) async throws -> Storefront {
    let assertions = AssertionLibrary(try await sources.assertions(), listing: catalogue.listing(of:))
    let identity = try await sources.identity()
    let storefront = try Storefront(catalogue, assertions: assertions, identity: identity, previous: previous)
    logger.info(
      "offering generation \(storefront.generation)",
      metadata: ["snaps": "\(storefront.snaps.count)", "assertions": "\(assertions.count)"])
    return storefront
  }
}

/// Follows the changes of the catalogue until the server stops.
struct CatalogueFollower: Service {
  let loader: StorefrontLoader
  let storefront: CurrentStorefront
  let state: ServerState
  let contexts: TLSContexts
  let mode: ModeSwitch
  /// Before the n-th attempt to load what could not be loaded.
  var pause: @Sendable (Int) -> Duration = { .milliseconds(min(250 << min($0, 7), 30_000)) }

  func run() async throws {
    try? await cancelWhenGracefulShutdown {
      for await change in loader.sources.changes() {
        switch change {
        case .catalogue(let catalogue): await offer(catalogue)
        case .connected: state.database(failure: nil)
        case .notifications(let arrive):
          state.notifications(arrive: arrive)
          if arrive {
            loader.logger.notice("notifications of the database arrive")
          } else {
            loader.logger.warning("\(CatalogueWatcher.pollingNotice)")
          }
        case .disconnected(let reason):
          state.database(failure: reason)
          loader.logger.warning(
            "the database is out of reach; devices get what was known", metadata: ["reason": "\(reason)"])
        }
      }
      // Nobody tells changes any more; the server serves on.
      try await Task.sleep(for: .seconds(Int64.max / 2))
    }
  }

  /// The last generation stays on offer until the next can be loaded, which is tried until it is.
  private func offer(_ catalogue: Catalogue) async {
    var catalogue = catalogue
    do {
      if try contexts.replace(with: try await loader.sources.certificate()) {
        loader.logger.notice("new connections get another certificate")
      }
    } catch {
      loader.logger.error("cannot use the certificate; the last one stays", metadata: ["error": "\(error)"])
    }
    for attempt in 0... {
      let latest = storefront.latest
      guard catalogue.generation != latest.generation else { return }
      do {
        let next = try await loader.make(catalogue, previous: latest)
        try await mode.follow()
        storefront.replace(with: next)
        return
      } catch {
        loader.logger.error(
          "cannot offer generation \(catalogue.generation) yet; the last one stays", metadata: ["error": "\(error)"])
      }
      guard (try? await Task.sleep(for: pause(attempt))) != nil else { return }
      if let newer = try? await loader.sources.catalogue(), newer.generation > catalogue.generation {
        catalogue = newer
      }
    }
  }
}
