import PostgreSQL
import PostgreSQLTesting
import StoreAPI
import StoreModel
import Testing

@testable import ProxyState

@Suite("Brand store repository") struct BrandStoreRepositoryTests {
  private func store(
    _ id: String = "acme-devices", name: String = "ACME", brand: String = "acme"
  ) throws -> BrandStore {
    BrandStore(
      id: try StoreID(parsing: id), name: name, brandID: try AccountID(parsing: brand),
      parent: try StoreID(parsing: "acme-base"), inclusionSources: [try StoreID(parsing: "b"), .global])
  }

  private func adopt(_ store: BrandStore, in test: TestStore) async throws -> Bool {
    try await test.store.database.transaction { try await test.store.stores.adopt(store, in: $0) }
  }

  @Test("takes a store over, replaces what was known of it, and tells the server of changes only")
  func adopts() async throws {
    let test = try await TestStore.make()
    #expect(try await adopt(store(), in: test))
    #expect(try await test.store.stores.all() == [store()])
    #expect(try await test.store.catalogue.load().stores == [store().id: store()])
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
    await #expect(throws: BrandStoreError.otherBrand(store: try store().id, brand: "acme")) {
      try await adopt(store(brand: "emca"), in: test)
    }
    #expect(try await test.store.stores.all() == [store()])
  }

  private func list(
    _ stores: [String], _ snap: String = Sample.id, home: String? = nil, for brand: String = "acme",
    all own: [String] = ["acme-devices"], in test: TestStore
  ) async throws -> Bool {
    let listings =
      stores.isEmpty
      ? []
      : [
        SnapListing(
          snap: try SnapID(parsing: snap), stores: Set(try stores.map(StoreID.init(parsing:))),
          home: try home.map(StoreID.init(parsing:)))
      ]
    let own = try own.map(StoreID.init(parsing:))
    let brand = try AccountID(parsing: brand)
    return try await test.store.database.transaction {
      try await test.store.stores.replaceListings(listings, of: own, brand: brand, in: $0)
    }
  }

  @Test("lists what a store has, withdraws what it has no more, and lets nobody else see that") func listings()
    async throws
  {
    let test = try await TestStore.make()
    let id = try SnapID(parsing: Sample.id)
    #expect(try await list(["acme-devices", "acme-base"], in: test))
    #expect(try await !list(["acme-devices", "acme-base"], in: test))
    #expect(try await test.store.catalogue.load().listing(of: id) == ["acme-devices", "acme-base"])
    #expect(try await list([], in: test))
    #expect(try await test.store.catalogue.load().listing(of: id) == ["acme-base"])
    #expect(try await list([], all: ["acme-base"], in: test))
    #expect(try await test.store.catalogue.load().listing(of: id) == [])
    #expect(try await list(["acme-devices"], in: test))
    #expect(try await test.store.catalogue.load().listing(of: id) == ["acme-devices"])
    // Pushed on its own, it is listed again as well.
    #expect(try await list([], in: test))
    try await test.importSnap(try Sample.snap(revisions: [6], channels: [:], store: "acme-devices"))
    #expect(try await test.store.catalogue.list().map(\.stores) == [["acme-devices"]])
  }

  @Test("lets no brand show everybody what is another's") func opening() async throws {
    let test = try await TestStore.make()
    _ = try await adopt(store(), in: test)
    _ = try await list(["acme-devices"], in: test)
    await #expect(throws: BrandStoreError.opensSnap(Sample.id, of: "acme-devices")) {
      try await list(["ubuntu", "other"], for: "other", all: ["other"], in: test)
    }
    #expect(try await list(["ubuntu", "acme-devices"], in: test))
    #expect(try await list(["ubuntu", "other"], for: "other", all: ["other"], in: test))
  }

  @Test("lets the tarball of a single snap show a brand's snap to nobody else; removed for good, it may come back")
  func openingBySnap() async throws {
    let test = try await TestStore.make()
    _ = try await adopt(store(), in: test)
    _ = try await adopt(store("other", brand: "emca"), in: test)
    _ = try await list(["acme-devices"], home: "acme-devices", in: test)
    try await test.importSnap(try Sample.snap(revisions: [6], channels: [:], store: "acme-devices"))
    let name = try Sample.snap(revisions: [6], channels: [:]).name
    for stranger in ["ubuntu", "other", "unknown"] {
      await #expect(throws: BrandStoreError.opensSnap(name.description, of: "acme-devices")) {
        try await test.importSnap(try Sample.snap(revisions: [6], channels: [:], store: stranger))
      }
    }
    #expect(try await test.store.catalogue.list().map(\.stores) == [["acme-devices"]])
    try await test.store.database.transaction { try await test.store.catalogue.removeSnap(name, in: $0) }
    await #expect(throws: BrandStoreError.self) {
      try await test.importSnap(try Sample.snap(revisions: [6], channels: [:]))
    }
    try await test.store.database.transaction {
      _ = try await test.store.stores.replaceListings([], of: [], brand: AccountID(parsing: "acme"), in: $0)
    }
    try await test.importSnap(try Sample.snap(revisions: [6], channels: [:], store: "acme-devices"))
    try await test.store.database.transaction {
      try await test.store.catalogue.removeSnap(name, forgettingStores: true, in: $0)
    }
    try await test.importSnap(try Sample.snap(revisions: [6], channels: [:]))
    #expect(try await test.store.catalogue.list().map(\.stores) == [["ubuntu"]])
  }

  @Test("shows a snap that is registered with one brand to no other's devices; one that is only included may be shared")
  func homes() async throws {
    let test = try await TestStore.make()
    let id = try SnapID(parsing: Sample.id)
    _ = try await adopt(store(), in: test)
    _ = try await adopt(store("other", brand: "emca"), in: test)
    #expect(try await list(["acme-devices"], in: test))
    #expect(try await list(["other"], for: "emca", all: ["other"], in: test))
    #expect(try await test.store.catalogue.load().listing(of: id) == ["acme-devices", "other"])
    _ = try await list([], for: "emca", all: ["other"], in: test)
    #expect(try await list(["acme-devices"], home: "acme-devices", in: test))
    await #expect(throws: BrandStoreError.opensSnap(Sample.id, of: "acme-devices")) {
      try await list(["other"], for: "emca", all: ["other"], in: test)
    }
  }

  @Test("hides a snap from everybody when it becomes a brand's own, but takes it from no other brand's devices")
  func closing() async throws {
    let test = try await TestStore.make()
    let id = try SnapID(parsing: Sample.id)
    _ = try await adopt(store(), in: test)
    _ = try await adopt(store("other", brand: "emca"), in: test)
    #expect(try await list(["ubuntu", "acme-devices"], in: test))
    #expect(try await list(["ubuntu", "other"], for: "emca", all: ["other"], in: test))
    // Others have it from the global store: one brand's word does not close it.
    #expect(try await !list(["acme-devices"], in: test))
    await #expect(throws: BrandStoreError.claimsSnap(Sample.id, of: "other")) {
      try await list(["acme-devices"], home: "acme-devices", in: test)
    }
    #expect(try await test.store.catalogue.load().listing(of: id) == ["ubuntu", "acme-devices", "other"])
    _ = try await list([], for: "emca", all: ["other"], in: test)
    #expect(try await list(["acme-devices"], home: "acme-devices", in: test))
    #expect(try await test.store.catalogue.load().listing(of: id) == ["acme-devices"])
  }

  @Test("comes to databases that have snaps, and keeps who lists them") func migration() async throws {
    let database = try await TestDatabase.make()
    let pool = ConnectionPool(database.connectionString)
    try await Migrator(Array(Migration.all.prefix(2))).migrate(pool)
    try database.psql(
      "INSERT INTO snap VALUES ('id', 'jq', '{}'); INSERT INTO snap_store VALUES ('id', 'ubuntu'), ('id', 'acme')")
    try await Migrator().migrate(pool)
    #expect(
      try database.psql("SELECT string_agg(store, ' ' ORDER BY store) FROM snap_store WHERE is_listed")
        == "acme ubuntu")
    try database.psql("DELETE FROM snap")
    #expect(try database.psql("SELECT count(*) FROM snap_store") == "2")
  }
}
