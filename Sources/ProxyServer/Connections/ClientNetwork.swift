import Glibc

/// What limits count a client by: an IPv4 address, or the /64 of an IPv6 address, which one subscriber has as a whole.
struct ClientNetwork: Hashable, Sendable, CustomStringConvertible {
  private enum Kind: Hashable, Sendable {
    case four(UInt32)
    case six(UInt64)
  }

  private let kind: Kind

  /// - Parameter address: An IPv4 or IPv6 address without brackets, as the kernel or `X-Forwarded-For` writes it. An
  ///   IPv4 address that is mapped into IPv6 (`::ffff:192.0.2.1`) is the IPv4 address.
  init?(_ address: String) {
    guard address.utf8.count <= 64 else { return nil }
    // A link-local address has its interface behind it.
    let bare = String(address.prefix { $0 != "%" })
    var four = in_addr()
    if inet_pton(AF_INET, bare, &four) == 1 {
      kind = .four(UInt32(bigEndian: four.s_addr))
      return
    }
    var six = in6_addr()
    guard inet_pton(AF_INET6, bare, &six) == 1 else { return nil }
    let bytes = withUnsafeBytes(of: &six) { Array($0) }
    if bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xff, bytes[11] == 0xff {
      kind = .four(bytes[12...].reduce(0) { $0 << 8 | UInt32(truncatingIfNeeded: $1) })
    } else {
      kind = .six(bytes[..<8].reduce(0) { $0 << 8 | UInt64(truncatingIfNeeded: $1) })
    }
  }

  // Range: places from 0 to 3.
  /// `192.0.2.1`, `2001:db8:0:1::/64`.
  var description: String {
    switch kind {
    case .four(let address):
      return (0..<4).map { String(address >> (24 - 8 * $0) & 0xff) }.joined(separator: ".")
    case .six(let prefix):
      return (0..<4).map { String(prefix >> (48 - 16 * $0) & 0xffff, radix: 16) }.joined(separator: ":")
        + "::/64"
    }
  }
}
