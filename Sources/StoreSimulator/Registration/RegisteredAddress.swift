import Foundation

/// The address of a proxy, in the one form that a store assertion holds it: lower-case host, no default port, no slash at
/// the end. Source: upstream-admin-api, section 8.
struct RegisteredAddress {
  let url: String

  /// `nil` where it is no address that a proxy can have.
  init?(_ text: String) {
    guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
      ["http", "https"].contains(scheme), let host = parts.host?.lowercased(), !host.isEmpty,
      ["", "/"].contains(parts.path), parts.query == nil, parts.fragment == nil, parts.user == nil,
      parts.password == nil, parts.port.map({ (1...65535).contains($0) }) ?? true
    else { return nil }
    let port = parts.port.flatMap { $0 == (scheme == "http" ? 80 : 443) ? nil : ":\($0)" } ?? ""
    url = "\(scheme)://\(host)\(port)"
  }
}
