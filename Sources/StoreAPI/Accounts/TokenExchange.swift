/// The body of the dashboard's `POST /api/v2/tokens`: a macaroon for a login in the browser.
/// Source: auth-and-macaroons, section 10.1.
public struct TokenRequest: Codable, Sendable {
  /// For example `store_admin`.
  public var permissions: [String]
  /// Shown in the account's list of tokens.
  public var description: String?
  /// ISO 8601.
  public var expires: String?

  /// A request of its parts.
  public init(permissions: [String], description: String? = nil, expires: String? = nil) {
    self.permissions = permissions
    self.description = description
    self.expires = expires
  }
}
