public import Cryptography
public import Foundation
public import StoreModel

/// `admin.json`: who administers the store behind the gap, and by what that store recognises their token. The token
/// itself never travels in a tarball. Source: auth-and-macaroons, section 11.2.
public struct StoreAdmin: Codable, Sendable, Hashable {
  /// The newest format that this program reads and writes.
  public static let currentFormat = 1
  /// Where it stands in the tarball.
  public static let path = "admin.json"

  /// See ``currentFormat``.
  public var format: Int
  /// The store that was exported.
  public var store: StoreID
  /// Its brand.
  public var brand: AccountID
  /// Whoever exported it.
  public var admin: Account
  /// What proves that somebody is them.
  public var token: Token

  /// An administrator of their parts.
  public init(store: StoreID, brand: AccountID, admin: Account, token: Token) {
    format = Self.currentFormat
    self.store = store
    self.brand = brand
    self.admin = admin
    self.token = token
  }

  /// Somebody's account.
  public struct Account: Codable, Sendable, Hashable {
    /// Its identity.
    public var id: AccountID
    /// What a login behind the gap must name.
    public var email: String
    /// The name in addresses.
    public var username: String?
    /// The name for people.
    public var displayName: String?

    /// An account of its parts.
    public init(id: AccountID, email: String, username: String?, displayName: String?) {
      self.id = id
      self.email = email
      self.username = username
      self.displayName = displayName
    }

    private enum CodingKeys: String, CodingKey {
      case id
      case email
      case username
      case displayName = "display-name"
    }
  }

  /// A token, without the token.
  public struct Token: Codable, Sendable, Hashable {
    /// Of its text, without white space at the ends and padding.
    public var sha3: SHA3Digest
    /// When it was made.
    public var issuedAt: Date
    /// From then on it is refused.
    public var expiresAt: Date
    /// What it is good for upstream.
    public var permissions: [String]

    /// A token of its parts.
    public init(sha3: SHA3Digest, issuedAt: Date, expiresAt: Date, permissions: [String]) {
      self.sha3 = sha3
      self.issuedAt = issuedAt
      self.expiresAt = expiresAt
      self.permissions = permissions
    }

    private enum CodingKeys: String, CodingKey {
      case sha3 = "sha3-384"
      case issuedAt = "issued-at"
      case expiresAt = "expires-at"
      case permissions
    }
  }
}

extension StoreAdmin {
  /// The same bytes for the same administrator; times in whole seconds.
  func encoded() throws -> [UInt8] { try ManifestCoding.bytes(of: self) }

  /// - Throws: ``BundleError``.
  init(decoding bytes: [UInt8], of path: String) throws(BundleError) {
    self = try ManifestCoding.value(Self.self, from: bytes, what: "admin.json", of: path)
    guard format <= Self.currentFormat else { throw .unsupportedFormat(path: path, format: format) }
    let isPlain = admin.email.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value < 0x7f }
    guard isPlain, (3...254).contains(admin.email.utf8.count), admin.email.contains("@") else {
      throw .disagreement(path: path, reason: "its administrator has no e-mail address")
    }
    try ManifestTexts(path: path).check(self)
    guard token.issuedAt <= token.expiresAt else {
      throw .disagreement(path: path, reason: "its token expired before it was issued")
    }
  }
}
