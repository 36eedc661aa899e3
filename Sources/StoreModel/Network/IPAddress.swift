import Glibc

/// An IPv4 or IPv6 address. The one parser of addresses in all programs, but for OpenSSL's own.
///
/// An IPv4 address that is mapped into IPv6 (`::ffff:192.0.2.1`) is the IPv4 address, so that both spellings are equal.
public struct IPAddress: Hashable, Sendable, CustomStringConvertible {
  /// 4 or 16, in the order of the network.
  public let bytes: [UInt8]

  /// - Parameter text: An address as inet_pton(3) takes it: without brackets, port and interface.
  /// - Returns: `nil` for any other text.
  public init?(_ text: some StringProtocol) {
    guard text.utf8.count < Int(INET6_ADDRSTRLEN), !text.utf8.contains(0) else { return nil }
    var four = in_addr()
    if inet_pton(AF_INET, String(text), &four) == 1 {
      bytes = withUnsafeBytes(of: &four) { Array($0) }
      return
    }
    var six = in6_addr()
    guard inet_pton(AF_INET6, String(text), &six) == 1 else { return nil }
    let all = withUnsafeBytes(of: &six) { Array($0) }
    let isMapped = all[..<10].allSatisfy { $0 == 0 } && all[10] == 0xff && all[11] == 0xff
    bytes = isMapped ? Array(all[12...]) : all
  }

  /// - Parameter text: As a kernel or a load balancer writes it: a link-local address may have its interface behind it,
  ///   `fe80::1%eth0`, which does not count.
  public init?(ignoringInterfaceOf text: some StringProtocol) {
    guard text.utf8.count <= 64 else { return nil }
    self.init(text.prefix { $0 != "%" })
  }

  /// - Parameter text: As in a web address or a setting: an IPv6 address may have brackets, an IPv4 address has none.
  public init?(bracketed text: some StringProtocol) {
    guard text.hasPrefix("["), text.hasSuffix("]") else {
      self.init(text)
      return
    }
    let bare = text.dropFirst().dropLast()
    guard bare.contains(":") else { return nil }
    self.init(bare)
  }

  /// Whether it is an address of the host itself.
  public var isLoopback: Bool {
    bytes.count == 4 ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
  }

  /// `192.0.2.1`, `2001:db8::1`.
  public var description: String {
    var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    _ = inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &buffer, socklen_t(INET6_ADDRSTRLEN))
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
