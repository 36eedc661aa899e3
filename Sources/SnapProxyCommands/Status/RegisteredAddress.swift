import Foundation
import ProxyState

/// The address in the store assertion, which devices follow, beside what this proxy is configured to serve.
struct RegisteredAddress {
  /// As in the store assertion: `https://snaps.internal:8443`.
  let url: String
  let domain: String
  let httpPort: String
  let httpsPort: String
  let hasCertificate: Bool
  /// Whether a load balancer in front, which is believed, may have the port and the certificate.
  let isBehindBalancer: Bool

  /// What keeps devices from reaching the proxy at the address, and what to do about each.
  var warnings: [String] {
    guard let parts = URLComponents(string: url), let host = parts.host else { return [] }
    let registered = Self.plain(host)
    var warnings: [String] = []
    if Self.plain(domain) != registered {
      warnings.append(
        "proxy.domain is \(domain.isEmpty ? "not set" : domain), but devices use the registered address \(url): set proxy.domain=\(registered), "
          + "or register again")
    }
    guard !isBehindBalancer else { return warnings }
    let isSecure = parts.scheme == "https"
    let port = String(parts.port ?? (isSecure ? 443 : 80))
    let (key, configured) = isSecure ? ("proxy.port.https", httpsPort) : ("proxy.port.http", httpPort)
    if configured != port {
      warnings.append(
        "\(key) is \(configured), but devices use port \(port) of the registered address \(url): set \(key)=\(port), "
          + "or register again")
    }
    if isSecure, !hasCertificate {
      warnings.append(
        "devices use the registered address \(url), but there is no certificate: run 'snap-proxy import-certificate'")
    }
    return warnings
  }

  private static func plain(_ host: String) -> String { host.lowercased().filter { $0 != "[" && $0 != "]" } }
}

extension RegisteredAddress {
  /// `nil` before the registration.
  init?(_ store: ProxyStore) async throws {
    let configuration = store.configuration
    guard let url = try await configuration.value(of: .storeURL) else { return nil }
    let (certificate, key) = (
      try await configuration.value(of: .tlsCertificate), try await configuration.value(of: .tlsKey)
    )
    self.init(
      url: url, domain: try await configuration.value(of: .domain) ?? "",
      httpPort: try await configuration.value(of: .httpPort) ?? "",
      httpsPort: try await configuration.value(of: .httpsPort) ?? "",
      hasCertificate: certificate != nil && key != nil,
      isBehindBalancer: TrustedBalancers(try await configuration.value(of: .trustForwardedProtocol)) ?? .none != .none)
  }
}
