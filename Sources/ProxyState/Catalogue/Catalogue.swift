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
  private let identities: [SnapName: SnapID]

  /// Offers nothing.
  public static let empty = Catalogue(generation: 0, snaps: [])

  /// A catalogue of these snaps.
  public init(generation: Int64, snaps: [CatalogueSnap], overrides: [SnapOverride] = []) {
    self.generation = generation
    self.overrides = Dictionary(grouping: overrides, by: \.id)
    self.snaps = Dictionary(snaps.map { ($0.id, $0) }) { _, last in last }
    identities = Dictionary(snaps.map { ($0.name, $0.id) }) { _, last in last }
  }

  /// The snap of that identity.
  public subscript(id: SnapID) -> CatalogueSnap? { snaps[id] }

  /// The snap of that name.
  public subscript(name: SnapName) -> CatalogueSnap? { identities[name].flatMap { snaps[$0] } }
}
