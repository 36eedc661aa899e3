public import Assertions
import Cryptography
public import Foundation

/// A root of trust for tests: an account with a root key, a store key that the root signed, a brand and a device.
///
/// Its keys are fixed, and so is every time, so the same call gives the same bytes. What a maker does not ask for can
/// be given, or overridden, by `extra` headers.
public struct TestRoot: Sendable {
  /// The account that owns root and store key: the trusted authority.
  public static let accountID = "acme-root"
  /// The account that owns the brand key.
  public static let brandID = "acme-brand"
  /// When everything was stated and signed: 2026-01-01T00:00:00Z.
  public static let time = Date(timeIntervalSince1970: 1_767_225_600)
  /// The same, as a header.
  public static let timestamp: HeaderValue = "2026-01-01T00:00:00Z"

  /// Signs itself, accounts and account-keys.
  public let rootKey: SigningKey
  /// Signs what the store states of stores and snaps.
  public let storeKey: SigningKey
  /// Signs models, serials and validation sets.
  public let brandKey: SigningKey
  /// Signs what the device asks.
  public let deviceKey: SigningKey

  /// Reads the keys.
  public init() throws {
    rootKey = SigningKey(try RSAPrivateKey(pem: FixedKeys.root))
    storeKey = SigningKey(try RSAPrivateKey(pem: FixedKeys.store))
    brandKey = SigningKey(try RSAPrivateKey(pem: FixedKeys.brand))
    deviceKey = SigningKey(try RSAPrivateKey(pem: FixedKeys.device))
  }

  /// The pin.
  public var roots: TrustedRoots { TrustedRoots([rootKey.id]) }

  /// Anything else, signed by the root's account with its store key, or with the key given.
  public func sign(
    _ type: AssertionType, _ headers: [String: HeaderValue], extra: [String: HeaderValue] = [:], body: [UInt8] = [],
    by key: SigningKey? = nil, of authority: String? = TestRoot.accountID
  ) throws -> Assertion {
    var headers = headers
    if let authority { headers["authority-id"] = .text(authority) }
    headers.merge(extra) { _, extra in extra }
    return try (key ?? storeKey).sign(type: type, headers: headers, body: body, at: Self.time)
  }

  /// The account of the root and what its keys are, with the root key first: the end of every chain.
  public func foundation() throws -> [Assertion] {
    [
      try accountKey(rootKey, of: Self.accountID, name: "root"),
      try account(Self.accountID, displayName: "Acme Root", validation: "verified"),
      try accountKey(storeKey, of: Self.accountID, name: "store"),
    ]
  }

  /// An account.
  public func account(
    _ id: String, displayName: String? = nil, username: String? = nil, validation: String = "unproven",
    extra: [String: HeaderValue] = [:]
  ) throws -> Assertion {
    try sign(
      .account,
      [
        "account-id": .text(id), "display-name": .text(displayName ?? id), "username": .text(username ?? id),
        "validation": .text(validation), "timestamp": Self.timestamp,
      ], extra: extra, by: rootKey)
  }

  /// A key of an account.
  public func accountKey(
    _ key: SigningKey, of account: String, name: String, extra: [String: HeaderValue] = [:]
  ) throws -> Assertion {
    try sign(
      .accountKey,
      [
        "public-key-sha3-384": .text(key.id.base64URL), "account-id": .text(account), "name": .text(name),
        "since": Self.timestamp,
      ], extra: extra, body: Array(key.publicKeyEncoding.utf8), by: rootKey)
  }

  /// A store.
  public func store(
    _ id: String = "AcmeOfflineStore1", url: String? = "http://snaps.example.internal",
    operatorID: String = TestRoot.accountID, extra: [String: HeaderValue] = [:]
  ) throws -> Assertion {
    var headers: [String: HeaderValue] = [
      "store": .text(id), "operator-id": .text(operatorID), "timestamp": Self.timestamp,
    ]
    headers["url"] = url.map(HeaderValue.text)
    return try sign(.store, headers, extra: extra)
  }

  /// Root, operator and store, each after what it stands on.
  public func chain(
    forStore id: String = "AcmeOfflineStore1", url: String? = "http://snaps.example.internal"
  ) throws -> [Assertion] { try foundation() + [try store(id, url: url)] }
}
