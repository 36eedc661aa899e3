public import PostgreSQL
public import StoreModel

/// Which stores list a snap, whether it is here or not.
public struct SnapListing: Sendable, Hashable {
  /// The snap.
  public var snap: SnapID
  /// The stores whose devices see it; the global one stands for all devices.
  public var stores: Set<StoreID>

  /// A snap with its stores.
  public init(snap: SnapID, stores: Set<StoreID>) {
    self.snap = snap
    self.stores = stores
  }
}

extension BrandStoreRepository {
  /// Makes what some stores list all that they list: a snap that is not among it is theirs no more. Other stores keep
  /// what they list.
  /// - Parameter brand: Whose stores they are.
  /// - Returns: Whether that changed anything.
  /// - Throws: ``BrandStoreError/opensSnap(_:of:)``.
  public func replaceListings(
    _ listings: [SnapListing], of stores: [StoreID], brand: AccountID, in transaction: Transaction
  ) async throws -> Bool {
    try await CatalogueState.lock(in: transaction)
    let (global, own) = (StoreID.global.description, stores.map(\.description))
    let opened = listings.filter { $0.stores.contains(.global) }.map(\.snap.description)
    let foreign = try await transaction.query(
      """
      SELECT s.snap_id, s.store FROM snap_store AS s JOIN brand_store USING (store)
      WHERE s.snap_id = ANY(\(opened)) AND brand_id <> \(brand.description)
        AND NOT EXISTS (SELECT FROM snap_store AS g
          WHERE g.snap_id = s.snap_id AND g.store = \(global) AND g.is_listed)
      LIMIT 1
      """
    ).first
    if let foreign {
      throw BrandStoreError.opensSnap(try SnapID(parsing: foreign.text("snap_id")), of: try foreign.text("store"))
    }
    let pairs = listings.flatMap { listing in listing.stores.map { (listing.snap.description, $0.description) } }
    let (snaps, lists) = (pairs.map(\.0), pairs.map(\.1))
    let withdrawn = try await transaction.execute(
      """
      UPDATE snap_store AS held SET is_listed = false
      WHERE is_listed AND store = ANY(\(own))
        AND NOT EXISTS (SELECT FROM unnest(\(snaps)::text[], \(lists)::text[]) AS new (snap_id, store)
          WHERE new.snap_id = held.snap_id AND new.store = held.store)
      """)
    let added = try await transaction.execute(
      """
      INSERT INTO snap_store AS held (snap_id, store)
      SELECT DISTINCT snap_id, store FROM unnest(\(snaps)::text[], \(lists)::text[]) AS new (snap_id, store)
      ON CONFLICT (snap_id, store) DO UPDATE SET is_listed = true WHERE NOT held.is_listed
      """)
    if withdrawn + added > 0 { try await CatalogueState.announce(in: transaction) }
    return withdrawn + added > 0
  }
}
