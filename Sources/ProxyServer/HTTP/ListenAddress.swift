import Glibc

/// An address to listen on.
struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
  /// An IP address or a name, without brackets; `::` is every address.
  let host: String
  let port: Int

  /// The address to bind: `0.0.0.0` in place of `::` where the kernel has no IPv6.
  /// - Throws: ``ServerError/noIPv6(_:)`` for one IPv6 address on a host without IPv6.
  func onThisHost(hasIPv6: Bool = ListenAddress.hostHasIPv6) throws(ServerError) -> ListenAddress {
    guard host.contains(":"), !hasIPv6 else { return self }
    guard host == "::" else { throw .noIPv6(description) }
    return ListenAddress(host: "0.0.0.0", port: port)
  }

  /// Whether the kernel makes sockets of IPv6; it does not after `ipv6.disable=1`.
  static var hostHasIPv6: Bool {
    let descriptor = socket(AF_INET6, CInt(clamping: SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { return errno != EAFNOSUPPORT }
    close(descriptor)
    return true
  }

  /// `127.0.0.1:80`, `[::]:80`.
  var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
