import Foundation
public import StoreModel

/// Load balancers that are believed when they say where a client is and how it came to them.
public enum TrustedBalancers: Sendable, Hashable, CustomStringConvertible {
  /// No client is believed.
  case none
  /// Every client is believed: right only where each request passes a load balancer.
  case everyone
  /// Clients in these networks are believed.
  case networks([IPNetwork])

  /// More than any site has.
  private static let most = 256

  /// What a value of the configuration says: `True`, `False`, or addresses and networks, separated by commas.
  /// `nil` counts as `False`.
  /// - Returns: `nil` for what is none of these.
  public init?(_ value: String?) {
    switch value?.lowercased() {
    case nil, "", "false": self = .none
    case "true": self = .everyone
    case let text?:
      let parts = text.split(separator: ",", omittingEmptySubsequences: false)
      let networks = parts.compactMap { IPNetwork($0.trimmingCharacters(in: .whitespaces)) }
      guard parts.count <= Self.most, networks.count == parts.count else { return nil }
      self = .networks(networks)
    }
  }

  /// Whether the client at an address is believed.
  public func contains(_ address: String) -> Bool {
    switch self {
    case .none: return false
    case .everyone: return true
    case .networks(let networks):
      guard let address = IPAddress(ignoringInterfaceOf: address) else { return false }
      return networks.contains { $0.contains(address) }
    }
  }

  /// The client that a load balancer names: the last address in `X-Forwarded-For` that is no load balancer itself. What
  /// stands before it is the client's own word.
  /// - Returns: `nil` where there is none.
  public func client(in forwardedFor: String) -> String? {
    for entry in forwardedFor.split(separator: ",").reversed().prefix(16) {
      var address = entry.trimmingCharacters(in: .whitespaces)
      // Some balancers write a port: `192.0.2.1:4711`, `[2001:db8::1]:4711`.
      if address.hasPrefix("[") {
        address = String(address.dropFirst().prefix { $0 != "]" })
      } else if address.filter({ $0 == ":" }).count == 1 {
        address = String(address.prefix { $0 != ":" })
      }
      // What is behind something unreadable cannot be believed either.
      guard IPAddress(ignoringInterfaceOf: address) != nil else { return nil }
      if self == .everyone || !contains(address) { return address }
    }
    return nil
  }

  /// The spelling that is kept.
  public var description: String {
    switch self {
    case .none: "False"
    case .everyone: "True"
    case .networks(let networks): networks.map(\.description).joined(separator: ",")
    }
  }
}
