public import PostgreSQL
public import StoreModel

/// Which stores list a snap, whether it is here or not.
public struct SnapListing: Sendable, Hashable {
  /// The snap.
  public var snap: SnapID
  /// The stores whose devices see it; the global one stands for all devices.
  public var stores: Set<StoreID>
  /// The store that it is registered in, where that is a brand's.
  public var home: StoreID?

  /// A snap with its stores.
  public init(snap: SnapID, stores: Set<StoreID>, home: StoreID? = nil) {
    self.snap = snap
    self.stores = stores
    self.home = home
  }
}

extension BrandStoreRepository {
  /// Makes what some stores list all that they list: a snap that is not among it is theirs no more. Other stores keep
  /// what they list. A snap that was for everybody and is the brand's own now is so no more.
  /// - Parameter brand: Whose stores they are.
  /// - Returns: Whether that changed anything.
  /// - Throws: ``BrandStoreError/opensSnap(_:of:)``, ``BrandStoreError/claimsSnap(_:of:)``.
  public func replaceListings(
    _ listings: [SnapListing], of stores: [StoreID], brand: AccountID, in transaction: Transaction
  ) async throws -> Bool {
    try await CatalogueState.lock(in: transaction)
    let pairs = listings.flatMap { listing in listing.stores.map { (listing.snap.description, $0.description) } }
    try await SnapProtection(transaction: transaction).check(pairs, by: brand)
    let homes = listings.compactMap { listing in listing.home.map { (listing.snap.description, $0.description) } }
    try await SnapProtection(transaction: transaction).check(homes: homes, of: brand)
    let (snaps, lists) = (pairs.map(\.0), pairs.map(\.1))
    let (owned, owners) = (homes.map(\.0), homes.map(\.1))
    let closed = listings.filter { !$0.stores.contains(.global) }.map(\.snap.description)
    let withdrawn = try await transaction.execute(
      """
      UPDATE snap_store AS held SET is_listed = false
      WHERE is_listed AND store = ANY(\(stores.map(\.description)))
        AND NOT EXISTS (SELECT FROM unnest(\(snaps)::text[], \(lists)::text[]) AS new (snap_id, store)
          WHERE new.snap_id = held.snap_id AND new.store = held.store)
      """)
    let hidden = try await transaction.execute(
      """
      UPDATE snap_store AS held SET is_listed = false
      WHERE is_listed AND store = \(StoreID.global.description) AND snap_id = ANY(\(closed))
        AND (snap_id = ANY(\(owned)) OR NOT EXISTS (SELECT FROM snap_store AS other JOIN brand_store USING (store)
          WHERE other.snap_id = held.snap_id AND other.is_listed AND brand_id <> \(brand.description)))
      """)
    let added = try await transaction.execute(
      """
      INSERT INTO snap_store AS held (snap_id, store, is_home)
      SELECT DISTINCT new.snap_id, new.store, home.store IS NOT NULL
      FROM unnest(\(snaps)::text[], \(lists)::text[]) AS new (snap_id, store)
      LEFT JOIN unnest(\(owned)::text[], \(owners)::text[]) AS home (snap_id, store)
        ON home.snap_id = new.snap_id AND home.store = new.store
      ON CONFLICT (snap_id, store) DO UPDATE SET is_listed = true, is_home = excluded.is_home
      WHERE NOT held.is_listed OR held.is_home <> excluded.is_home
      """)
    let isChange = withdrawn + hidden + added > 0
    if isChange { try await CatalogueState.announce(in: transaction) }
    return isChange
  }
}
