/// The body of SSO's `POST /api/v2/tokens/discharge`. Source: Ubuntu SSO, OAuth tokens.
public struct DischargeRequest: Codable, Sendable {
  /// The account.
  public var email: String
  /// Goes to the SSO service only.
  public var password: String
  /// The caveat's identifier, verbatim.
  public var caveatID: String
  /// The one-time code, where the account has one.
  public var otp: String?

  /// A request of its parts.
  public init(email: String, password: String, caveatID: String, otp: String? = nil) {
    self.email = email
    self.password = password
    self.caveatID = caveatID
    self.otp = otp
  }

  private enum CodingKeys: String, CodingKey {
    case email
    case password
    case caveatID = "caveat_id"
    case otp
  }
}

/// The body of SSO's `POST /api/v2/tokens/refresh`, and the answer to it and to the discharge.
public struct DischargeMacaroon: Codable, Sendable {
  /// Unbound.
  public var dischargeMacaroon: String

  /// A discharge.
  public init(_ macaroon: String) { dischargeMacaroon = macaroon }

  private enum CodingKeys: String, CodingKey { case dischargeMacaroon = "discharge_macaroon" }
}

/// The body of a failed SSO call.
public struct SingleSignOnError: Codable, Sendable {
  /// For example `INVALID_CREDENTIALS`, `TWOFACTOR_REQUIRED`.
  public var code: String
  /// For people.
  public var message: String

  /// An error of its parts.
  public init(code: String, message: String) {
    self.code = code
    self.message = message
  }
}

/// The body of the dashboard's `POST /dev/api/acl/`.
public struct AccessRequest: Codable, Sendable {
  /// For example `package_access`.
  public var permissions: [String]
  /// RFC 3339.
  public var expires: String?
  /// Shown in the account's list of tokens.
  public var description: String?

  /// A request of its parts.
  public init(permissions: [String], expires: String? = nil, description: String? = nil) {
    self.permissions = permissions
    self.expires = expires
    self.description = description
  }
}
