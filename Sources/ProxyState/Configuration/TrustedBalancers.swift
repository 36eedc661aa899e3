import Foundation

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
      guard let bytes = IPNetwork.bytes(of: address) else { return false }
      return networks.contains { $0.contains(bytes) }
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
      guard IPNetwork.bytes(of: address) != nil else { return nil }
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

/// An IPv4 or IPv6 network, or one address.
public struct IPNetwork: Sendable, Hashable, CustomStringConvertible {
  private let address: [UInt8]
  private let length: Int

  /// `192.0.2.0/24`, `2001:db8::/32`, `192.0.2.1`.
  init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let address = parts.first.flatMap(Self.bytes) else { return nil }
    self.address = address
    guard parts.count == 2 else {
      length = address.count * 8
      return
    }
    guard parts[1].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let length = Int(parts[1]), (0...address.count * 8).contains(length)
    else { return nil }
    self.length = length
  }

  /// The bytes of an address: 4 or 16. An IPv4 address that is mapped into IPv6 has 4.
  static func bytes(of address: String) -> [UInt8]? {
    guard address.utf8.count <= 64 else { return nil }
    var four = in_addr()
    if inet_pton(AF_INET, address, &four) == 1 { return withUnsafeBytes(of: &four) { Array($0) } }
    var six = in6_addr()
    guard inet_pton(AF_INET6, String(address.prefix { $0 != "%" }), &six) == 1 else { return nil }
    let bytes = withUnsafeBytes(of: &six) { Array($0) }
    let isMapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xff && bytes[11] == 0xff
    return isMapped ? Array(bytes[12...]) : bytes
  }

  /// Whether an address is one of the host itself.
  public static func isLoopback(_ address: String) -> Bool {
    guard let bytes = bytes(of: address) else { return false }
    return bytes.count == 4 ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
  }

  /// Whether an address of 4 or 16 bytes lies in the network.
  func contains(_ other: [UInt8]) -> Bool {
    guard other.count == address.count else { return false }
    return (0..<length).allSatisfy { bit in
      let mask = UInt8(0x80) >> UInt8(bit % 8)
      return address[bit / 8] & mask == other[bit / 8] & mask
    }
  }

  /// `192.0.2.0/24`, or the address alone.
  public var description: String {
    var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    _ = inet_ntop(address.count == 4 ? AF_INET : AF_INET6, address, &buffer, socklen_t(buffer.count))
    let text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return length == address.count * 8 ? text : "\(text)/\(length)"
  }
}
