public import Reporting

/// Why the server cannot start or go on.
public enum ServerError: UserFacingError, Equatable {
  /// The store's address is not one that devices can use.
  case malformedAddress(String)
  /// The port is taken.
  case addressInUse(String)
  /// The port is one of those that only root, or a program with the capability, may listen on.
  case notPermitted(String)
  /// The address is one of IPv6, and the host has no IPv6.
  case noIPv6(String)
  /// Listening fails otherwise.
  case cannotListen(String, reason: String)

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
    case .addressInUse(let address): "cannot listen on \(address): the address is in use"
    case .notPermitted(let address): "cannot listen on \(address): permission denied"
    case .noIPv6(let address): "cannot listen on \(address): this host has no IPv6"
    case .cannotListen(let address, let reason): "cannot listen on \(address): \(reason)"
    }
  }

  /// What to do next.
  public var advice: String? {
    switch self {
    case .malformedAddress: "set proxy.domain to a host name or an address"
    case .addressInUse: "stop the other program, or set proxy.port.http to a free port"
    case .notPermitted:
      "set proxy.port.http to a port above 1023, run as root, or grant the capability CAP_NET_BIND_SERVICE"
    case .noIPv6: "set proxy.ipaddress to an IPv4 address, or to 0.0.0.0 for all of them"
    case .cannotListen: "check proxy.ipaddress and proxy.port.http"
    }
  }
}
