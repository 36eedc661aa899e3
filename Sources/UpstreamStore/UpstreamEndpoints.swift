public import HTTPClient

/// Where the services of the upstream store are. Without a trailing slash.
public struct UpstreamEndpoints: Sendable, Hashable {
  /// Snaps, assertions, and the first hop of downloads.
  public var devices: String
  /// Tokens, accounts, keys, brand stores, registrations.
  public var dashboard: String
  /// Passwords.
  public var sso: String
  /// Charms.
  public var charmhub: String

  /// Canonical's.
  public static let canonical = UpstreamEndpoints(
    devices: "https://api.snapcraft.io", dashboard: "https://dashboard.snapcraft.io",
    sso: "https://login.ubuntu.com", charmhub: "https://api.charmhub.io")

  /// Addresses that are known to be well-formed.
  public init(devices: String, dashboard: String, sso: String, charmhub: String) {
    self.devices = devices
    self.dashboard = dashboard
    self.sso = sso
    self.charmhub = charmhub
  }

  /// All services at one address, as a simulator and a mirror have them.
  /// - Throws: ``HTTPClientError/invalidRequest(url:reason:)``.
  public init(allAt url: String) throws(HTTPClientError) {
    let base = try Self.base(url)
    self.init(devices: base, dashboard: base, sso: base, charmhub: base)
  }

  /// Canonical's, except where the environment names others: `STORE_ADMIN_UPSTREAM` all of them, `STORE_API_URL` or
  /// `UBUNTU_STORE_URL`, `STORE_DASHBOARD_URL`, `UBUNTU_ONE_SSO_URL`, `CHARMHUB_API_URL` or `CHARMHUB_URL` one each.
  /// - Parameter upstream: The same as `STORE_ADMIN_UPSTREAM`, as given on the command line.
  /// - Throws: ``HTTPClientError/invalidRequest(url:reason:)`` where one is no web address.
  public init(environment: [String: String], upstream: String? = nil) throws(HTTPClientError) {
    func first(_ names: [String]) -> String? {
      names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    }
    if let all = upstream ?? first(["STORE_ADMIN_UPSTREAM"]) {
      try self.init(allAt: all)
    } else {
      self = .canonical
    }
    // What the command line says is meant for all services, whatever the environment says of one.
    guard upstream == nil else { return }
    if let url = first(["STORE_API_URL", "UBUNTU_STORE_URL"]) { devices = try Self.base(url) }
    if let url = first(["STORE_DASHBOARD_URL"]) { dashboard = try Self.base(url) }
    if let url = first(["UBUNTU_ONE_SSO_URL"]) { sso = try Self.base(url) }
    if let url = first(["CHARMHUB_API_URL", "CHARMHUB_URL"]) { charmhub = try Self.base(url) }
  }

  /// An address to which paths can be appended.
  static func base(_ url: String) throws(HTTPClientError) -> String {
    var text = try WebAddress(parsing: url).withoutQuery
    while text.hasSuffix("/") { text.removeLast() }
    return text
  }
}
