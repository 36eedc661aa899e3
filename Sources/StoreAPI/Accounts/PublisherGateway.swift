public import Foundation

/// The body of `POST /publishergw/v1/tokens/offline/exchange`. Answer: ``MacaroonResponse``.
/// Source: auth-and-macaroons, section 11.
public struct OfflineExchangeRequest: Codable, Sendable {
  /// The administrator's token, as it was exported.
  public var macaroon: String
  /// Whose it should be; some clients send none.
  public var email: String?

  /// A request of its parts.
  public init(macaroon: String, email: String?) {
    self.macaroon = macaroon
    self.email = email
  }
}

/// The answer to `GET /publishergw/v1/tokens/whoami`: whose the login is and what it is good for.
public struct GatewayIdentity: Codable, Sendable, Hashable {
  /// Who somebody is.
  public struct Account: Codable, Sendable, Hashable {
    /// The account's identity.
    public var id: String
    /// Its address.
    public var email: String
    /// The name in addresses.
    public var username: String?
    /// The name for people.
    public var displayName: String?

    /// An account of its parts.
    public init(id: String, email: String, username: String?, displayName: String?) {
      self.id = id
      self.email = email
      self.username = username
      self.displayName = displayName
    }

    private enum CodingKeys: String, CodingKey {
      case id, email, username
      case displayName = "display-name"
    }
  }

  /// Who logged in.
  public var account: Account
  /// The brand that they speak for.
  public var brandID: String
  /// What they may do.
  public var permissions: [String]
  /// The stores that they administer.
  public var storeIDs: [String]
  /// When the login ends, RFC 3339.
  public var expires: String

  /// An answer of its parts.
  public init(account: Account, brandID: String, permissions: [String], storeIDs: [String], expires: Date) {
    self.account = account
    self.brandID = brandID
    self.permissions = permissions
    self.storeIDs = storeIDs
    self.expires = expires.formatted(.iso8601)
  }

  private enum CodingKeys: String, CodingKey {
    case account, permissions, expires
    case brandID = "brand-id"
    case storeIDs = "store-ids"
  }
}
