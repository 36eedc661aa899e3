/// An entry of an error list.
public struct StoreErrorItem: Codable, Sendable, Hashable {
  /// For programs, for example `resource-not-found`.
  public var code: String
  /// For people.
  public var message: String

  /// An entry of its parts.
  public init(code: String, message: String) {
    self.code = code
    self.message = message
  }
}

/// The body of a failed call, in either spelling: `error-list` (devices API, publisher gateway) and `error_list`
/// (dashboard, overrides API).
public struct StoreErrors: Codable, Sendable {
  /// How the list is called on the wire.
  public enum Spelling: Sendable {
    /// `error-list`.
    case hyphen
    /// `error_list`.
    case underscore
  }

  /// At least one where the answer is well-formed.
  public var items: [StoreErrorItem]
  /// How to write it.
  public var spelling: Spelling

  /// A list of its entries.
  public init(_ items: [StoreErrorItem], spelling: Spelling = .hyphen) {
    self.items = items
    self.spelling = spelling
  }

  private enum CodingKeys: String, CodingKey {
    case hyphen = "error-list"
    case underscore = "error_list"
  }

  /// Reads either spelling.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if let items = try container.decodeIfPresent([StoreErrorItem].self, forKey: .hyphen) {
      self.init(items, spelling: .hyphen)
    } else {
      self.init(try container.decode([StoreErrorItem].self, forKey: .underscore), spelling: .underscore)
    }
  }

  /// Writes the spelling of the API that answers.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(items, forKey: spelling == .hyphen ? .hyphen : .underscore)
  }
}
