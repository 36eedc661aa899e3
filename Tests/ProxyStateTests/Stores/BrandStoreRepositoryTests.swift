import PostgreSQL
import PostgreSQLTesting
import StoreModel
import Testing

@testable import ProxyState

@Suite("Brand store repository") struct BrandStoreRepositoryTests {
  private func store(_ id: String = "acme-devices", name: String = "ACME", brand: String = "acme") throws -> BrandStore
  {
    BrandStore(
      id: id, name: name, brandID: try AccountID(parsing: brand), parent: "acme-base", allowedSources: ["ubuntu", "b"])
  }

  private func adopt(_ store: BrandStore, in test: TestStore) async throws -> Bool {
    try await test.store.database.transaction { try await test.store.stores.adopt(store, in: $0) }
  }

  @Test("takes a store over, replaces what was known of it, and tells the server of changes only")
  func adopts() async throws {
    let test = try await TestStore.make()
    #expect(try await adopt(store(), in: test))
    #expect(try await test.store.stores.all() == [store()])
    #expect(try await test.store.catalogue.load().stores == ["acme-devices": store()])
    let generation = try await test.store.catalogue.generation()
    #expect(try await !adopt(store(), in: test))
    #expect(try await test.store.catalogue.generation() == generation)
    #expect(try await adopt(store(name: "ACME devices"), in: test))
    #expect(try await test.store.catalogue.generation() > generation)
    #expect(try await test.store.stores.all().map(\.name) == ["ACME devices"])
  }

  @Test("refuses a store that is another brand's") func otherBrand() async throws {
    let test = try await TestStore.make()
    _ = try await adopt(store(), in: test)
    await #expect(throws: BrandStoreError.otherBrand(store: "acme-devices", brand: "acme")) {
      try await adopt(store(brand: "emca"), in: test)
    }
    #expect(try await test.store.stores.all() == [store()])
  }

  @Test("comes to databases that have snaps, and keeps who lists them") func migration() async throws {
    let database = try await TestDatabase.make()
    let pool = ConnectionPool(database.connectionString)
    try await Migrator(Array(Migration.all.prefix(2))).migrate(pool)
    try database.psql(
      "INSERT INTO snap VALUES ('id', 'jq', '{}'); INSERT INTO snap_store VALUES ('id', 'ubuntu'), ('id', 'acme')")
    try await Migrator().migrate(pool)
    #expect(try database.psql("SELECT string_agg(store, ' ' ORDER BY store) FROM snap_store") == "acme ubuntu")
    try database.psql("DELETE FROM snap")
    #expect(try database.psql("SELECT count(*) FROM snap_store") == "2")
  }
}
