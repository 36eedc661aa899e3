/// Who publishes a snap, as the devices API tells it.
public struct Publisher: Codable, Sendable, Hashable {
  /// The account id.
  public var id: String
  /// The name in addresses.
  public var username: String
  /// The name for people.
  public var displayName: String
  /// `unproven`, `starred` or `verified`.
  public var validation: String?

  /// A publisher of its parts.
  public init(id: String, username: String, displayName: String, validation: String?) {
    self.id = id
    self.username = username
    self.displayName = displayName
    self.validation = validation
  }

  private enum CodingKeys: String, CodingKey {
    case id
    case username
    case displayName = "display-name"
    case validation
  }
}
