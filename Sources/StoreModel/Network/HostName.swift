public import Reporting

/// The host by which devices reach a proxy: a name in the DNS, or an IP address. The rule for `proxy.domain` and for the
/// addresses under which proxies are registered. Which names a certificate covers is OpenSSL's rule.
///
/// Names are in lower case and in ASCII; an internationalised name is written in its form for the DNS, `xn--...`.
/// Source: RFC 1123, section 2.1, and RFC 5890. The underscore is taken, since it is in use and Go takes it.
public struct HostName: Hashable, Sendable, CustomStringConvertible {
  /// For example `snaps.internal`, `10.1.2.3` or `2001:db8::1`; without brackets.
  public let description: String
  /// Whether it is an address of IPv4 or IPv6.
  public let isAddress: Bool

  /// - Parameter text: An IPv6 address with or without brackets.
  /// - Throws: ``HostNameError``.
  public init(parsing text: String) throws(HostNameError) {
    let isBracketed = text.hasPrefix("[") && text.hasSuffix("]")
    let bare = isBracketed ? String(text.dropFirst().dropLast()) : text
    if IPAddress(bracketed: text) != nil {
      description = bare.lowercased()
      isAddress = true
      return
    }
    if let reason = Self.problem(text) { throw HostNameError(text: text, reason: reason) }
    description = text.lowercased()
    isAddress = false
  }

  /// The host of an address, as it is written there: parsers of addresses read `010.1.1.1` and `127.1` as other hosts.
  /// - Parameter address: For example `https://snaps.internal:8443/`; without a user name.
  /// - Throws: ``HostNameError``.
  public init(writtenIn address: String) throws(HostNameError) {
    let rest = address.firstRange(of: "://").map { address[$0.upperBound...] } ?? address[...]
    let authority = rest.prefix { !"/?#".contains($0) }
    if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
      try self.init(parsing: String(authority[...end]))
    } else {
      try self.init(parsing: String(authority.prefix { $0 != ":" }))
    }
  }

  private static func problem(_ text: String) -> String? {
    guard !text.isEmpty else { return "it is empty" }
    guard text.utf8.count <= 253 else { return "it is longer than 253 bytes" }
    guard text.utf8.allSatisfy({ $0 < 0x80 }) else {
      return "it has letters that the DNS does not know; give its form in ASCII, which begins with xn--"
    }
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    if labels.last?.isEmpty == true { return "it ends with a dot" }
    for label in labels {
      guard (1...63).contains(label.utf8.count) else { return "each part between dots has 1 to 63 characters" }
      guard label.first != "-", label.last != "-" else { return "no part may begin or end with '-'" }
      guard label.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }) else {
        return "letters, digits, '-', '_' and dots are allowed"
      }
    }
    // A browser would take it for an IPv4 address; a resolver might.
    if labels.last?.allSatisfy(\.isNumber) == true {
      return "it is no IPv4 address, and a name does not end with a number"
    }
    return nil
  }
}

/// A text that names no host.
public struct HostNameError: UserFacingError, Equatable {
  /// As it was given.
  public let text: String
  /// For people.
  public let reason: String

  /// The user gave it.
  public var kind: FailureKind { .usage }
  /// Which text, and why.
  public var message: String { "cannot use '\(text.prefix(100))' as a host name: \(reason)" }
  /// An example.
  public var advice: String? { "give a name such as snaps.internal, or an IP address" }
}
