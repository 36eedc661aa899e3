public import StoreModel

/// The answer to the dashboard's `GET /api/v2/stores/{id}`. Source: upstream-admin-api, section 6.
public struct BrandStoreResponse: Codable, Sendable {
  /// The store.
  public var store: BrandStore

  /// An answer.
  public init(store: BrandStore) { self.store = store }
}

/// The answer to `GET /api/v2/stores/{id}/snaps`: one page of it.
public struct BrandStoreSnapsResponse: Codable, Sendable {
  /// Where the next page is.
  public struct Links: Codable, Sendable {
    /// An address, absolute or not.
    public struct Link: Codable, Sendable {
      /// The address.
      public var href: String

      /// A link.
      public init(href: String) { self.href = href }
    }

    /// Absent on the last page.
    public var next: Link?

    /// Links.
    public init(next: Link?) { self.next = next }
  }

  /// In no order.
  public var snaps: [BrandStoreSnap]
  /// Absent where there is one page.
  public var links: Links?

  /// A page.
  public init(snaps: [BrandStoreSnap], links: Links? = nil) {
    self.snaps = snaps
    self.links = links
  }

  private enum CodingKeys: String, CodingKey {
    case snaps
    case links = "_links"
  }
}

/// A snap that a store has: one of its own, or one that it includes.
public struct BrandStoreSnap: Codable, Sendable, Hashable {
  /// Its identity.
  public var id: SnapID
  /// Its name.
  public var name: SnapName
  /// Where it is registered; `ubuntu` for the global store.
  public var store: StoreID
  /// Whether only devices and people of the stores that have it see it.
  public var isPrivate: Bool
  /// Whether every store has it: core, snapd, ...
  public var isEssential: Bool?
  /// The stores that include it.
  public var includedStores: [StoreID]?
  /// What was released last.
  public var latestRelease: LatestRelease?

  /// A release; every member is `nil` for a snap that was never released.
  public struct LatestRelease: Codable, Sendable, Hashable {
    /// Where.
    public var channel: String?
    /// What.
    public var revision: Int?
    /// RFC 3339.
    public var timestamp: String?
    /// The publisher's text.
    public var version: String?

    /// A release of its parts.
    public init(channel: String?, revision: Int?, timestamp: String?, version: String?) {
      self.channel = channel
      self.revision = revision
      self.timestamp = timestamp
      self.version = version
    }
  }

  /// A snap of its parts.
  public init(
    id: SnapID, name: SnapName, store: StoreID, isPrivate: Bool, isEssential: Bool?, includedStores: [StoreID]?,
    latestRelease: LatestRelease?
  ) {
    self.id = id
    self.name = name
    self.store = store
    self.isPrivate = isPrivate
    self.isEssential = isEssential
    self.includedStores = includedStores
    self.latestRelease = latestRelease
  }

  /// Whether anything of it was ever released.
  public var isReleased: Bool { latestRelease?.revision != nil }

  private enum CodingKeys: String, CodingKey {
    case id
    case name
    case store
    case isPrivate = "private"
    case isEssential = "essential"
    case includedStores = "included-stores"
    case latestRelease = "latest-release"
  }
}
