public import Foundation
public import PostgreSQL
public import StoreAPI
public import StoreModel

/// The stores of brands that were imported.
public struct BrandStoreRepository: Sendable {
  private let database: any Queryable

  /// The stores of a database.
  public init(database: any Queryable) { self.database = database }

  /// All of them, by id.
  public func all() async throws -> [BrandStore] {
    try await database.query("SELECT store, name, brand_id, parent, allowed_sources FROM brand_store ORDER BY store")
      .map { row in
        BrandStore(
          id: try StoreID(parsing: row.text("store")), name: try row.text("name"),
          brandID: try AccountID(parsing: row.text("brand_id")),
          parent: try row.optionalText("parent").map { try StoreID(parsing: $0) },
          inclusionSources: try row.texts("allowed_sources").map(StoreID.init(parsing:)))
      }
  }

  /// When the export was made by which each store is known.
  public func exportTimes() async throws -> [StoreID: Date] {
    let rows = try await database.query("SELECT store, exported_at FROM brand_store WHERE exported_at IS NOT NULL")
    return Dictionary(
      try rows.map { (try StoreID(parsing: $0.text("store")), try $0.date("exported_at")) }
    ) { first, _ in first }
  }

  /// Takes a store over, in place of what was known of it.
  /// - Parameter exported: When; `nil` where nobody tells.
  /// - Returns: Whether that changed anything but the time.
  /// - Throws: ``BrandStoreError/otherBrand(store:brand:)`` for a store that was imported as another brand's;
  ///   ``BrandStoreError/olderExport(store:exported:known:)`` where a later export is here.
  public func adopt(
    _ store: BrandStore, exported: Date? = nil, allowingRollback: Bool = false, in transaction: Transaction
  ) async throws -> Bool {
    try await CatalogueState.lock(in: transaction)
    let (id, brand) = (store.id.description, store.brandID.description)
    let known = try await transaction.query("SELECT brand_id, exported_at FROM brand_store WHERE store = \(id)").first
    if let owner = try known?.text("brand_id"), owner != brand {
      throw BrandStoreError.otherBrand(store: store.id, brand: owner)
    }
    if let exported, let last = try known?.optionalDate("exported_at"), exported < last, !allowingRollback {
      throw BrandStoreError.olderExport(store: store.id, exported: exported, known: last)
    }
    let parent = store.parent?.description
    let sources = (store.inclusionSources ?? []).sorted().map(\.description)
    let changed = try await transaction.execute(
      """
      INSERT INTO brand_store AS held (store, name, brand_id, parent, allowed_sources)
      VALUES (\(id), \(store.name), \(brand), \(parent), \(sources))
      ON CONFLICT (store) DO UPDATE
      SET name = excluded.name, parent = excluded.parent, allowed_sources = excluded.allowed_sources,
        imported_at = now()
      WHERE (held.name, held.parent, held.allowed_sources)
        IS DISTINCT FROM (excluded.name, excluded.parent, excluded.allowed_sources)
      """)
    if let exported {
      try await transaction.execute("UPDATE brand_store SET exported_at = \(exported) WHERE store = \(id)")
    }
    if changed > 0 { try await CatalogueState.announce(in: transaction) }
    return changed > 0
  }
}
