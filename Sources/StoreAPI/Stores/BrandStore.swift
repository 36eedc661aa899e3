public import StoreModel

/// What the dashboard knows of a brand's store. Source: upstream-admin-api, section 6.
public struct BrandStore: Codable, Sendable, Hashable {
  /// Its identity.
  public var id: StoreID
  /// For people.
  public var name: String
  /// The account of the brand.
  public var brandID: AccountID
  /// The store whose snaps this one shows; `nil` for a base store.
  public var parent: StoreID?
  /// Whether only devices with a session, and people with a role in it, see its snaps.
  public var isPrivate: Bool?
  /// How uploads are reviewed, in upstream's words.
  public var manualReviewPolicy: String?
  /// Stores that snaps may be included from.
  public var inclusionSources: [StoreID]?
  /// Stores that may include snaps of this one.
  public var inclusionTargets: [StoreID]?
  /// Further stores whose snaps count as belonging to this one.
  public var friendlyStores: [StoreID]?
  /// What names of its snaps must begin with.
  public var snapNamePrefixes: [String]?

  /// A store of its parts.
  public init(
    id: StoreID, name: String, brandID: AccountID, parent: StoreID?, isPrivate: Bool? = nil,
    manualReviewPolicy: String? = nil, inclusionSources: [StoreID]? = nil, inclusionTargets: [StoreID]? = nil,
    friendlyStores: [StoreID]? = nil, snapNamePrefixes: [String]? = nil
  ) {
    self.id = id
    self.name = name
    self.brandID = brandID
    self.parent = parent
    self.isPrivate = isPrivate
    self.manualReviewPolicy = manualReviewPolicy
    self.inclusionSources = inclusionSources
    self.inclusionTargets = inclusionTargets
    self.friendlyStores = friendlyStores
    self.snapNamePrefixes = snapNamePrefixes
  }

  private enum CodingKeys: String, CodingKey {
    case id
    case name
    case brandID = "brand-id"
    case parent
    case isPrivate = "private"
    case manualReviewPolicy = "manual-review-policy"
    case inclusionSources = "allowed-inclusion-source-stores"
    case inclusionTargets = "allowed-inclusion-target-stores"
    case friendlyStores = "store-whitelist"
    case snapNamePrefixes = "snap-name-prefixes"
  }
}
