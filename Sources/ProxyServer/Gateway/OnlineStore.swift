import Hummingbird
import Logging
import ProxyState
import StoreModel
import Synchronization

/// What the endpoints of the online mode share.
struct OnlineStore: Sendable {
  let gateway: UpstreamGateway
  let storefront: CurrentStorefront
  let links: SignedLinks
  let missing: MissingOverrides

  /// Remembers for the status page that upstream does not have what an override names, and logs it the first time.
  func tellMissing(_ pin: SnapOverride, _ logger: Logger) {
    guard missing.insert(pin) else { return }
    logger.error(
      "an override names a revision that upstream does not have",
      metadata: ["snap": "\(pin.name)", "channel": "\(pin.slot.channel.name)", "revision": "\(pin.revision)"])
  }

  func rewriter(for request: Request) -> LinkRewriter {
    LinkRewriter(
      links: links, address: storefront.latest.identity.address, upstream: gateway.upstream,
      isAuthorised: request.isAuthorised)
  }
}

extension Request {
  /// Whether the device showed who it is, by a session or by a login of its user.
  var isAuthorised: Bool {
    headers[.authorization] != nil || headers[.deviceAuthorization] != nil || headers[.oldDeviceAuthorization] != nil
  }
}

/// Overrides whose revision the upstream store does not have any more, as far as devices have asked for them. The status
/// page shows them.
final class MissingOverrides: Sendable {
  private let overrides = Mutex<Set<SnapOverride>>([])

  /// Those that still count: `<snap> <channel> <architecture> <revision>`.
  func lines(_ index: OverrideIndex) -> [String] {
    let current = overrides.withLock { known in
      known = known.filter { index.overrides(of: $0.id).contains($0) }
      return known
    }
    return current.sorted { ($0.name, $0.slot) < ($1.name, $1.slot) }.map {
      "\($0.name) \($0.slot.channel.name) \($0.slot.architecture) \($0.revision)"
    }
  }

  /// - Returns: Whether nobody knew.
  func insert(_ override: SnapOverride) -> Bool { overrides.withLock { $0.insert(override).inserted } }
}
