import StoreModel

/// What limits count a client by: an IPv4 address, or the /64 of an IPv6 address, which one subscriber has as a whole.
struct ClientNetwork: Hashable, Sendable, CustomStringConvertible {
  private enum Kind: Hashable, Sendable {
    case four(UInt32)
    case six(UInt64)
  }

  private let kind: Kind

  /// - Parameter address: An IPv4 or IPv6 address without brackets, as the kernel or `X-Forwarded-For` writes it.
  init?(_ address: String) {
    guard let bytes = IPAddress(ignoringInterfaceOf: address)?.bytes else { return nil }
    kind =
      bytes.count == 4
      ? .four(bytes.reduce(0) { $0 << 8 | UInt32(truncatingIfNeeded: $1) })
      : .six(bytes[..<8].reduce(0) { $0 << 8 | UInt64(truncatingIfNeeded: $1) })
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
