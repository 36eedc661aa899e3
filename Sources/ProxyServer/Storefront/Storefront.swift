import Cryptography
import ProxyState
import StoreAPI
import StoreModel

/// One generation of the catalogue as devices see it, with everything prepared that can be. Immutable; a change of the
/// catalogue makes a new one, so that a request sees one generation from its beginning to its end.
final class Storefront: Sendable {
  let generation: Int64
  let identity: StoreIdentity
  let assertions: AssertionLibrary
  /// By identity.
  let snaps: [SnapID: PreparedSnap]
  /// What counts in place of the channels; also of snaps that are not here.
  let overrideIndex: OverrideIndex
  let index: FindIndex
  /// By file name: digest and extension.
  let icons: [String: CatalogueIcon]
  private let stores: [StoreID: BrandStore]
  private let identities: [SnapName: SnapID]
  /// Of snaps that are not here any more, and whose overrides are: the stores that listed them.
  private let overridden: [SnapName: Set<String>]

  /// - Parameter previous: What it has of the same snaps, unchanged, is taken over rather than encoded again.
  init(
    _ catalogue: Catalogue, assertions: AssertionLibrary, identity: StoreIdentity, previous: Storefront? = nil
  ) throws {
    generation = catalogue.generation
    self.identity = identity
    let address = identity.address
    self.assertions = assertions
    stores = catalogue.stores
    overrideIndex = OverrideIndex(catalogue.overrides)
    var texts = ReleaseTexts()
    snaps = try catalogue.snaps.mapValues { snap in
      let overrides = catalogue.overrides[snap.id] ?? []
      if let known = previous?.snaps[snap.id], previous?.identity.address == address, Self.isSame(known.snap, snap),
        known.overrides == overrides
      {
        return known
      }
      return try PreparedSnap(snap, overrides: overrides, address: address, texts: &texts)
    }
    identities = Dictionary(snaps.values.map { ($0.snap.name, $0.snap.id) }) { _, last in last }
    overridden = Dictionary(
      catalogue.overrides.values.joined().compactMap { override in
        catalogue[override.id] == nil ? catalogue.listing(of: override.id).map { (override.name, $0) } : nil
      }
    ) { _, last in last }
    index = FindIndex(Array(snaps.values))
    icons = Dictionary(
      snaps.values.compactMap(\.snap.icon).map { ("\($0.sha3.hex).\($0.fileExtension)", $0) }
    ) { _, last in last }
  }

  /// Whom a session shows what. Which store its model names is the brand's own word, so that it counts for a store of
  /// that brand only.
  func audience(of claims: SessionClaims) -> Audience {
    guard let device = claims.device, let id = device.store.flatMap({ try? StoreID(parsing: $0) }),
      stores[id]?.brandID.description == device.brand
    else { return .anybody }
    return Audience(store: id.description)
  }

  /// The stores of a brand, sorted.
  func stores(of brand: AccountID) -> [StoreID] { stores.values.filter { $0.brandID == brand }.map(\.id).sorted() }

  /// Whether devices of others than a brand's own see the snap, where several brands have their stores here.
  func isShared(_ name: SnapName, seenBy brand: Audience) -> Bool {
    guard Set(stores.values.map(\.brandID)).count > 1, let snap = snap(name, for: brand)?.snap else { return false }
    return !snap.stores.isSubset(of: brand.own)
  }

  /// Whether there is a snap of that name that may not be seen, or was one of which overrides still tell.
  func hides(_ name: SnapName, from audience: Audience) -> Bool {
    guard identities[name] == nil else { return snap(name, for: audience) == nil }
    return overridden[name].map { !audience.canSee(listing: $0) } ?? false
  }

  /// The snap of that identity, if it may be seen.
  func snap(_ id: SnapID, for audience: Audience) -> PreparedSnap? {
    snaps[id].flatMap { audience.canSee($0.snap) ? $0 : nil }
  }

  /// The snap of that name, if it may be seen.
  func snap(_ name: SnapName, for audience: Audience) -> PreparedSnap? {
    identities[name].flatMap { snap($0, for: audience) }
  }

  private static func isSame(_ left: CatalogueSnap, _ right: CatalogueSnap) -> Bool {
    left.name == right.name && left.stores == right.stores && left.icon == right.icon
      && left.everReleased == right.everReleased && left.channelMap == right.channelMap
      && left.details == right.details && left.revisions == right.revisions
  }
}
