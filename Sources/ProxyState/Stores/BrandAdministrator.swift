public import Cryptography
public import Foundation
public import StoreModel

/// Who administers a brand's stores behind the gap.
public struct BrandAdministrator: Sendable, Hashable {
  /// The brand.
  public var brandID: AccountID
  /// Whoever exported the store.
  public var accountID: AccountID
  /// What a login names.
  public var email: String
  /// The name in addresses.
  public var username: String?
  /// The name for people.
  public var displayName: String?
  /// Of the token that they were given; the token itself is not known here.
  public var tokenDigest: SHA3Digest
  /// When the token was issued.
  public var issued: Date
  /// From then on the token is refused.
  public var expires: Date
  /// When the store was exported; of two exports the later one counts.
  public var exported: Date

  /// An administrator of their parts.
  public init(
    brandID: AccountID, accountID: AccountID, email: String, username: String?, displayName: String?,
    tokenDigest: SHA3Digest, issued: Date, expires: Date, exported: Date
  ) {
    self.brandID = brandID
    self.accountID = accountID
    self.email = email
    self.username = username
    self.displayName = displayName
    self.tokenDigest = tokenDigest
    self.issued = issued
    self.expires = expires
    self.exported = exported
  }

  /// Whether they are the same, whenever they were exported.
  func isSame(as other: BrandAdministrator) -> Bool {
    var other = other
    other.exported = exported
    return self == other
  }
}
