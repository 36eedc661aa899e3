/// What proves to the store who asks. Never printed.
public enum StoreCredentials: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
  /// One exchanged token, for example of `STORE_ADMIN_TOKEN`.
  case token(String)
  /// A root macaroon and its discharge, both as issued: unbound.
  case macaroons(root: String, discharge: String)

  /// The token of `STORE_ADMIN_TOKEN`, if there is one.
  public init?(environment: [String: String]) {
    guard let token = environment["STORE_ADMIN_TOKEN"] else { return nil }
    let bytes = token.utf8.filter { $0 > 0x20 && $0 < 0x7f }
    guard !bytes.isEmpty else { return nil }
    self = .token(String(decoding: bytes, as: UTF8.self))
  }

  /// A placeholder, so that no log can hold a secret.
  public var description: String { "<macaroon>" }
  /// The same placeholder.
  public var debugDescription: String { description }
}
