public import PostgreSQL
public import StoreAPI
import StoreModel

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

  /// Takes a store over, in place of what was known of it.
  /// - Returns: Whether that changed anything.
  /// - Throws: ``BrandStoreError/otherBrand(store:brand:)`` for a store that was imported as another brand's.
  public func adopt(_ store: BrandStore, in transaction: Transaction) async throws -> Bool {
    try await CatalogueState.lock(in: transaction)
    let (id, brand) = (store.id.description, store.brandID.description)
    let known = try await transaction.query("SELECT brand_id FROM brand_store WHERE store = \(id)").first
    if let owner = try known?.text("brand_id"), owner != brand {
      throw BrandStoreError.otherBrand(store: store.id, brand: owner)
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
    if changed > 0 { try await CatalogueState.announce(in: transaction) }
    return changed > 0
  }
}
