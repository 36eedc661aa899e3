/// How messages and logs show an address that may hold a user name, a password or a token. The one rule for all programs.
public enum ShownAddress {
  /// The longest text that is shown, in characters.
  public static let maximumLength = 200

  /// An address without all that may be secret: whatever stands before the last `@`, the query and the fragment. Holds for
  /// each text, also for one that cannot be read as an address.
  ///
  ///     ShownAddress.text(of: "https://jane:s3cret@proxy:3128/a?b=c")  // https://proxy:3128/a
  ///     ShownAddress.text(of: "jane:s3/cr?et@proxy:3128")              // proxy:3128
  public static func text(of address: String) -> String {
    var rest = address[...]
    var scheme = ""
    if let separator = rest.firstRange(of: "://"), isScheme(rest[..<separator.lowerBound]) {
      scheme = String(rest[..<separator.upperBound])
      rest = rest[separator.upperBound...]
    }
    // A password that is not percent-encoded may hold a slash, a question mark or another @.
    if let at = rest.lastIndex(of: "@") {
      let afterAt = rest[rest.index(after: at)...]
      let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
      // In a query an @ is common, and the host before it holds none.
      let isInQuery = !authority.contains("@") && isAuthority(authority) && rest[..<at].contains("?")
      rest = isInQuery ? rest : afterAt
    } else if isUserAndPassword(rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }) {
      return scheme + "..."
    }
    let shown = (scheme + rest.prefix { $0 != "?" && $0 != "#" }).prefix { !$0.isNewline }
    let plain = shown.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7f }
    return String(String(String.UnicodeScalarView(plain)).prefix(maximumLength))
  }

  /// Something with a colon that is no host with a port, and no IPv6 address: a user and a password whose host was forgotten.
  private static func isUserAndPassword(_ text: Substring) -> Bool {
    guard !text.hasPrefix("["), let colon = text.firstIndex(of: ":") else { return false }
    let rest = text[text.index(after: colon)...]
    let isPort = rest.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } && rest.utf8.count <= 5
    let isIPv6 = text.utf8.allSatisfy { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") || isHexDigit($0) }
    return !isPort && !(isIPv6 && rest.contains(":"))
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte | 0x20
  }

  private static func isScheme(_ text: Substring) -> Bool {
    (1...20).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 | 0x20 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
      }
  }

  /// A host with a number as its port, or without one. `user:password` is none.
  private static func isAuthority(_ text: Substring) -> Bool {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard let host = parts.first, !host.isEmpty else { return false }
    return parts.count == 1 && host.contains(".")
      || parts.count == 2 && (1...5).contains(parts[1].count) && parts[1].allSatisfy { $0.isASCII && $0.isNumber }
  }
}
