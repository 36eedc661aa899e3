/// What stands before the last `@` of a connection URI. libpq takes the first `@` for the last, a slash for the end of the
/// server's name, and prints a piece of the password as the name of the server.
struct URICredentials {
  /// Whether they hold a character that ends them, or a percent sign that encodes nothing.
  let areUnencoded: Bool
  /// What stands behind them, without the parameters.
  let server: String

  /// `nil` for what is no URI, or names neither user nor password.
  init?(of text: String) {
    let schemes = ["postgresql://", "postgres://"]
    guard let scheme = schemes.first(where: { text.lowercased().hasPrefix($0) }) else { return nil }
    let rest = text.dropFirst(scheme.count)
    guard let first = rest.firstIndex(of: "@"), let last = rest.lastIndex(of: "@") else { return nil }
    // So libpq reads it: an @ before the first slash ends user and password.
    if !rest[..<first].contains("/") {
      let address = rest[rest.index(after: first)...].prefix { $0 != "?" }
      areUnencoded = address.contains("@") || !Self.isPercentEncoding(rest[..<first])
      server = Self.behindLastAt(of: address)
    } else {
      // Behind a question mark it is part of a parameter's value, unless libpq finds no parameter there.
      let address = rest.prefix { $0 != "?" }
      areUnencoded = address.contains("@")
      server = Self.behindLastAt(of: areUnencoded ? address : rest[last...])
    }
  }

  private static func behindLastAt(of text: Substring) -> String {
    let start = text.lastIndex(of: "@").map { text.index(after: $0) } ?? text.startIndex
    return String(text[start...].prefix { $0 != "?" }.prefix(200))
  }

  private static func isPercentEncoding(_ text: Substring) -> Bool {
    var rest = text.utf8[...]
    while let percent = rest.firstIndex(of: UInt8(ascii: "%")) {
      let digits = rest[rest.index(after: percent)...].prefix(2)
      guard digits.count == 2, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
        !digits.elementsEqual("00".utf8)
      else { return false }
      rest = rest[rest.index(percent, offsetBy: 3)...]
    }
    return true
  }
}
