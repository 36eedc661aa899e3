public import Reporting

/// What proves to the store who asks. Never printed.
public enum StoreCredentials: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
  /// One exchanged token, for example of `STORE_ADMIN_TOKEN`.
  case token(String)
  /// A root macaroon and its discharge, both as issued: unbound.
  case macaroons(root: String, discharge: String)

  /// The token of `STORE_ADMIN_TOKEN`, if there is one. Blanks and line ends around it do not count.
  /// - Throws: ``StoreTokenError`` for what cannot be a token.
  public init?(environment: [String: String]) throws(StoreTokenError) {
    guard let text = environment["STORE_ADMIN_TOKEN"] else { return nil }
    let isBlank = { (byte: UInt8) in byte <= 0x20 }
    let token = text.utf8.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
    guard !token.isEmpty else { return nil }
    guard token.count <= StoreTokenError.maximumBytes, token.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
      throw StoreTokenError(variable: "STORE_ADMIN_TOKEN")
    }
    self = .token(String(decoding: token, as: UTF8.self))
  }

  /// A placeholder, so that no log can hold a secret.
  public var description: String { "<macaroon>" }
  /// The same placeholder.
  public var debugDescription: String { description }
}

/// A variable holds no token. Nothing of what it holds is shown.
public struct StoreTokenError: UserFacingError, Equatable {
  /// The longest token, in bytes: it becomes a header.
  static let maximumBytes = 65_536

  /// The variable.
  public let variable: String

  /// The user set the variable.
  public var kind: FailureKind { .usage }
  /// Which variable, and why.
  public var message: String {
    "cannot use \(variable): it holds blanks or other characters that no token has, or is longer than \(Self.maximumBytes) bytes"
  }
  /// Where a token comes from.
  public var advice: String? {
    "set it to what 'store-admin export token' prints: export \(variable)=$(store-admin export token)"
  }
}
