public import StoreAPI
public import StoreModel

/// Everything that the store offers, as devices see it: immutable and in memory, so that no question of a device waits
/// for the database. A change makes a new value.
public struct Catalogue: Sendable {
  /// Grows with every change of what is offered.
  public let generation: Int64
  /// By identity.
  public let snaps: [SnapID: CatalogueSnap]
  /// What counts in place of the channels, by identity; also of snaps that are not here.
  public let overrides: [SnapID: [SnapOverride]]
  /// Stores of brands, by id.
  public let stores: [StoreID: BrandStore]
  /// What the rows of each snap hash to, by which the next reading knows what changed.
  var fingerprints: [SnapID: String] = [:]
  private let listings: [SnapID: Set<String>]
  private let identities: [SnapName: SnapID]

  /// Offers nothing.
  public static let empty = Catalogue(generation: 0, snaps: [])

  /// A catalogue of these snaps.
  /// - Parameter listings: Which stores list a snap that is not here: one that is only declared, or was removed.
  public init(
    generation: Int64, snaps: [CatalogueSnap], overrides: [SnapOverride] = [], stores: [BrandStore] = [],
    listings: [SnapID: Set<String>] = [:]
  ) {
    self.generation = generation
    self.stores = Dictionary(stores.map { ($0.id, $0) }) { _, last in last }
    self.listings = listings.merging(snaps.map { ($0.id, $0.stores) }) { _, own in own }
    self.overrides = Dictionary(grouping: overrides, by: \.id)
    self.snaps = Dictionary(snaps.map { ($0.id, $0) }) { _, last in last }
    identities = Dictionary(snaps.map { ($0.name, $0.id) }) { _, last in last }
  }

  /// The stores that list a snap, whether it is here or not; `nil` where nobody ever said.
  public func listing(of id: SnapID) -> Set<String>? { listings[id] }

  /// The snap of that identity.
  public subscript(id: SnapID) -> CatalogueSnap? { snaps[id] }

  /// The snap of that name.
  public subscript(name: SnapName) -> CatalogueSnap? { identities[name].flatMap { snaps[$0] } }
}
