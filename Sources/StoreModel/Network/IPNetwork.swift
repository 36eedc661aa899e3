/// An IPv4 or IPv6 network, or one address.
public struct IPNetwork: Sendable, Hashable, CustomStringConvertible {
  private let address: IPAddress
  /// In bits.
  private let length: Int

  /// `192.0.2.0/24`, `2001:db8::/32`, `192.0.2.1`.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let address = parts.first.flatMap({ IPAddress(ignoringInterfaceOf: $0) }) else { return nil }
    self.address = address
    let whole = Self.bits(of: address)
    guard parts.count == 2 else {
      length = whole
      return
    }
    guard parts[1].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let length = Int(parts[1]), (0...whole).contains(length)
    else { return nil }
    self.length = length
  }

  private static func bits(of address: IPAddress) -> Int {
    // Range: an address has 4 or 16 bytes.
    address.bytes.count * 8
  }

  /// Whether an address lies in the network; never for an address of the other family.
  public func contains(_ other: IPAddress) -> Bool {
    guard other.bytes.count == address.bytes.count else { return false }
    return (0..<length).allSatisfy { bit in
      let mask = (0x80 as UInt8) >> (bit % 8)
      return address.bytes[bit / 8] & mask == other.bytes[bit / 8] & mask
    }
  }

  /// `192.0.2.0/24`, or the address alone.
  public var description: String { length == Self.bits(of: address) ? "\(address)" : "\(address)/\(length)" }
}
