public import StoreModel

/// A store of a brand that was imported.
public struct BrandStore: Sendable, Hashable {
  /// What models name.
  public let id: String
  /// For people.
  public let name: String
  /// Whose it is. Only devices of this brand see what the store lists.
  public let brandID: AccountID
  /// The store whose view for devices this one is; `nil` for one that is no view.
  public let parent: String?
  /// Stores whose snaps it may include, sorted.
  public let allowedSources: [String]

  /// A store of its parts.
  public init(id: String, name: String, brandID: AccountID, parent: String? = nil, allowedSources: [String] = []) {
    self.id = id
    self.name = name
    self.brandID = brandID
    self.parent = parent
    self.allowedSources = allowedSources.sorted()
  }
}

/// The stores that no brand owns.
public enum GlobalStore {
  /// The store whose snaps are for everybody.
  public static let id = "ubuntu"
}
