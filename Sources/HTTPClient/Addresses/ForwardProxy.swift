public import Reporting

/// The address of a proxy for outgoing connections, as `https_proxy` and `proxy.https.proxy` name it. The one rule for all
/// programs.
///
/// As with curl the scheme may be left out and is `http` then, and the port is 1080 where none is named. User and password
/// are all that stands before the last `@`; percent-encoding is read, but not needed. They are never part of a description.
public struct ForwardProxy: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
  /// `http`, `https`, `socks4`, `socks4a`, `socks5` or `socks5h`.
  public let scheme: String
  /// A name or an address, in lower case; an IPv6 address in brackets.
  public let host: String
  /// From 1 to 65,535.
  public let port: Int
  let user: String?
  let password: String?
  /// What was given.
  private let hasScheme: Bool

  /// The schemes that libcurl has.
  private static let schemes: Set<String> = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"]

  /// - Throws: ``ForwardProxyError``, whose message shows nothing that stands before the last `@`.
  public init(parsing text: String) throws(ForwardProxyError) {
    let refused = { (reason: String) in ForwardProxyError(shown: ShownAddress.text(of: text), reason: reason) }
    guard text.utf8.count <= 2048, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else {
      throw refused("it is too long, or holds blanks or control characters")
    }
    var rest = text[...]
    if let colon = rest.firstRange(of: "://") {
      scheme = rest[..<colon.lowerBound].lowercased()
      rest = rest[colon.upperBound...]
      hasScheme = true
    } else {
      scheme = "http"
      hasScheme = false
    }
    guard Self.schemes.contains(scheme) else { throw refused("its scheme is none of http, https, socks4 and socks5") }
    var identity: Substring?
    if let at = rest.lastIndex(of: "@") {
      identity = rest[..<at]
      rest = rest[rest.index(after: at)...]
    }
    if rest.hasSuffix("/") { rest.removeLast() }
    guard let address = try? WebAddress(parsing: "http://\(rest)/"), address.path == "/",
      !rest.contains(where: { "/?#\\@".contains($0) })
    else { throw refused("what stands for the host and the port is neither a name nor an address with a port") }
    host = address.host
    let named = rest.hasPrefix("[") ? rest.drop { $0 != "]" }.dropFirst() : rest.drop { $0 != ":" }
    port = named.hasPrefix(":") ? address.port : (scheme == "https" ? 443 : 1080)
    guard (1...65_535).contains(port) else { throw refused("its port is not from 1 to 65535") }
    let parts = identity?.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    user = parts?.first.map(Self.decoded)
    password = parts.flatMap { $0.count == 2 ? Self.decoded($0[1]) : nil }
  }

  /// Without user and password.
  public var description: String { "\(hasScheme ? "\(scheme)://" : "")\(host):\(port)" }
  /// The same.
  public var debugDescription: String { description }

  /// For lists of settings: with the user, and without the password.
  public var redacted: String {
    let identity = user.map { "\($0)\(password == nil ? "" : ":<redacted>")@" } ?? ""
    return "\(hasScheme ? "\(scheme)://" : "")\(identity)\(host):\(port)"
  }

  /// What libcurl gets; user and password go another way.
  var address: String { "\(scheme)://\(host):\(port)" }

  /// Percent-encoding is read where all of it is well-formed.
  private static func decoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), rest.count >= 2, value != 0
      else { return String(text) }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self) ?? String(text)
  }
}

/// Why a text is not the address of a proxy.
public struct ForwardProxyError: UserFacingError, Equatable {
  /// The text without what may be secret.
  public let shown: String
  /// What is wrong with it.
  public let reason: String

  /// The user named the address.
  public var kind: FailureKind { .usage }
  /// Which address, and why.
  public var message: String { "cannot use the proxy '\(shown)': \(reason)" }
  /// An example.
  public var advice: String? {
    "write it as in http://proxy.example.com:3128 or http://user:password@proxy.example.com:3128"
  }
}

/// How outgoing `https` connections leave.
public enum WayOut: Sendable, Hashable {
  /// By themselves.
  case direct
  /// Through a proxy.
  case proxy(ForwardProxy)
  /// A proxy was named in a way that cannot be read; each request through it fails with this.
  case unreadable(shown: String, reason: String)

  /// Reads an address; nothing and an empty text are ``direct``.
  public init(parsing text: String?) {
    guard let text, !text.isEmpty else {
      self = .direct
      return
    }
    do { self = .proxy(try ForwardProxy(parsing: text)) } catch {
      self = .unreadable(shown: error.shown, reason: error.reason)
    }
  }
}
