public import Reporting

/// Why the server cannot start or go on.
public enum ServerError: UserFacingError, Equatable {
  /// The store's address is not one that devices can use.
  case malformedAddress(String)
  /// The port is taken; `key` is the configuration key that names it, as in the cases below.
  case addressInUse(String, key: String)
  /// The port is one of those that only root, or a program with the capability, may listen on.
  case notPermitted(String, key: String)
  /// The address is one of IPv6, and the host has no IPv6.
  case noIPv6(String)
  /// Listening fails otherwise.
  case cannotListen(String, key: String, reason: String)

  /// What class of failure it is.
  public var kind: FailureKind {
    switch self {
    case .malformedAddress: .notConfigured
    case .addressInUse, .notPermitted, .noIPv6, .cannotListen: .failed
    }
  }

  /// What happened, and why.
  public var message: String {
    switch self {
    case .malformedAddress(let text):
      "cannot use '\(text)' as the store's address: it must be http://host[:port] or https://host[:port]"
    case .addressInUse(let address, _): "cannot listen on \(address): the address is in use"
    case .notPermitted(let address, _): "cannot listen on \(address): permission denied"
    case .noIPv6(let address): "cannot listen on \(address): this host has no IPv6"
    case .cannotListen(let address, _, let reason): "cannot listen on \(address): \(reason)"
    }
  }

  /// What to do next.
  public var advice: String? {
    switch self {
    case .malformedAddress: "set proxy.domain to a host name or an address"
    case .addressInUse(_, let key):
      "stop the program that uses it ('ss -ltnp' shows which), or set \(key) to a free port"
    case .notPermitted(_, let key):
      "set \(key) to a port above 1023, run as root, or grant the capability CAP_NET_BIND_SERVICE"
    case .noIPv6: "set proxy.ipaddress to an IPv4 address, or to 0.0.0.0 for all of them"
    case .cannotListen(_, let key, _): "check proxy.ipaddress and \(key)"
    }
  }
}
