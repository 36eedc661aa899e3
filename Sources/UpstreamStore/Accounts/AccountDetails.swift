import StoreModel

/// Who is logged in, as the dashboard tells it.
public struct AccountDetails: Sendable, Hashable {
  /// The account id.
  public var id: String
  /// Where the account's owner gets mail.
  public var email: String?
  /// The name in addresses.
  public var username: String?
  /// The name for people.
  public var displayName: String?
}

/// The answer to `GET /dev/api/account`, with deprecated spellings.
struct AccountResponse: Decodable {
  var id: String?
  var accountID: String?
  var email: String?
  var username: String?
  var displayName: String?
  var oldDisplayName: String?

  enum CodingKeys: String, CodingKey {
    case id, email, username
    case accountID = "account_id"
    case displayName = "display-name"
    case oldDisplayName = "displayname"
  }

  var details: AccountDetails? {
    (id ?? accountID).map {
      AccountDetails(id: $0, email: email, username: username, displayName: displayName ?? oldDisplayName)
    }
  }
}

/// The answer to `GET /api/v2/tokens/whoami`.
struct WhoAmIResponse: Decodable {
  var account: AccountResponse
  var permissions: [String]?
  var expires: String?
}
