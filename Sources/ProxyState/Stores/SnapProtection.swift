import PostgreSQL
import StoreModel

/// Keeps a brand's snaps the brand's: who lists a snap is the word of a tarball, which nobody signed.
struct SnapProtection {
  let transaction: Transaction

  /// - Parameters:
  ///   - pairs: Snaps, and stores that are going to list them.
  ///   - brand: Whose export says so; `nil` for that of a single snap.
  /// - Throws: ``BrandStoreError/opensSnap(_:of:)`` where a snap that is registered in another brand's store would be shown
  ///   to others, or one that only another brand's devices see would be shown to everybody.
  func check(_ pairs: [(String, String)], by brand: AccountID?) async throws {
    let (snaps, lists, global) = (pairs.map(\.0), pairs.map(\.1), StoreID.global.description)
    let row = try await transaction.query(
      """
      SELECT coalesce(snap.name, new.snap_id) AS snap, held.store
      FROM unnest(\(snaps)::text[], \(lists)::text[]) AS new (snap_id, store)
      JOIN snap_store AS held ON held.snap_id = new.snap_id AND held.store <> new.store
      JOIN brand_store AS owner ON owner.store = held.store
      LEFT JOIN brand_store AS target ON target.store = new.store
      LEFT JOIN snap ON snap.snap_id = new.snap_id
      WHERE owner.brand_id IS DISTINCT FROM coalesce(target.brand_id, \(brand?.description)::text)
        AND NOT EXISTS (SELECT FROM snap_store AS open
          WHERE open.snap_id = new.snap_id AND open.store = \(global) AND open.is_listed)
        AND (held.is_home OR new.store = \(global))
      LIMIT 1
      """
    ).first
    guard let row else { return }
    throw BrandStoreError.opensSnap(try row.text("snap"), of: try row.text("store"))
  }

  /// - Parameter homes: Snaps, and stores of the brand that claim to have registered them.
  /// - Throws: ``BrandStoreError/claimsSnap(_:of:)`` for one that everybody sees and that another brand lists: it would
  ///   vanish for the other brand's devices.
  func check(homes: [(String, String)], of brand: AccountID) async throws {
    let (snaps, global) = (homes.map(\.0), StoreID.global.description)
    let row = try await transaction.query(
      """
      SELECT coalesce(snap.name, held.snap_id) AS snap, held.store
      FROM snap_store AS held JOIN brand_store USING (store) LEFT JOIN snap USING (snap_id)
      WHERE held.snap_id = ANY(\(snaps)) AND held.is_listed AND brand_id <> \(brand.description)
        AND EXISTS (SELECT FROM snap_store AS open
          WHERE open.snap_id = held.snap_id AND open.store = \(global) AND open.is_listed)
      LIMIT 1
      """
    ).first
    guard let row else { return }
    throw BrandStoreError.claimsSnap(try row.text("snap"), of: try row.text("store"))
  }
}
