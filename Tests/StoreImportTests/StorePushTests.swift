import Assertions
import AssertionsTesting
import Bundles
import BundlesTesting
import Cryptography
import Foundation
import PostgreSQL
import PostgreSQLTesting
import ProxyState
import Reporting
import StoreAPI
import StoreModel
import Testing

@testable import StoreImport

@Suite("Store push") struct StorePushTests {
  @Test("makes stores, administrator, assertions, listings, snaps and files known") func everything() async throws {
    let fixture = try await ImportFixture.make()
    let bundle = TestStoreBundle()
    let pushed = try await fixture.push(bundle)
    #expect(pushed.isChange)
    #expect(pushed.stores.map(\.description) == ["acme-base", "acme-devices"])
    #expect(pushed.snaps.map(\.name.description) == ["acme-app", "core22"])
    #expect(try await fixture.store.stores.all().map(\.id.description) == ["acme-base", "acme-devices"])
    #expect(
      try await fixture.store.catalogue.list().map { "\($0.name) \($0.stores)" } == [
        #"acme-app ["acme-base", "acme-devices"]"#, #"core22 ["acme-devices", "ubuntu"]"#,
      ])
    let registered = try SnapID(parsing: TestRoot.snapID(for: "acme-future"))
    #expect(try await fixture.store.catalogue.load().listing(of: registered) == ["acme-base"])
    #expect(try await fixture.store.assertions.all().count == bundle.chain(root: fixture.root).count)
    #expect(try await fixture.channels(of: "acme-app") == ["latest/edge amd64 13", "latest/stable amd64 12"])
    #expect(try fixture.store.blobs.all().count == 3)
    #expect(try await fixture.store.unusedFiles().isEmpty)
    let brand = try AccountID(parsing: TestRoot.brandID)
    let administrator = try #require(try await fixture.store.brandAdministrators.current(of: brand))
    #expect(administrator.email == "becky@example.com")
    #expect(administrator.accountID.description == TestStoreBundle.adminID)
    #expect(administrator.expires == bundle.expiresAt)
    #expect(
      try fixture.database.psql("SELECT actor, action, subject FROM audit") == "root|push-store|acme-devices")
    // The token was never in the tarball, and so it is nowhere here.
    let token = try bundle.token()
    let leaks = "SELECT count(*) FROM brand_administrator AS a WHERE a::text LIKE '%\(token)%'"
    #expect(try fixture.database.psql(leaks) == "0")
  }

  @Test("changes nothing the second time") func idempotent() async throws {
    let fixture = try await ImportFixture.make()
    let path = try fixture.tarball(TestStoreBundle())
    try await fixture.pushStore(path)
    let (rows, generation) = (try fixture.rows(), try await fixture.store.catalogue.generation())
    #expect(try await !fixture.pushStore(path).isChange)
    #expect(try fixture.rows() == rows)
    #expect(try await fixture.store.catalogue.generation() == generation)
  }

  @Test("brings a store up to date: channels, new snaps, and what it lists no more") func synchronises() async throws {
    let fixture = try await ImportFixture.make()
    try await fixture.push(TestStoreBundle())
    var later = TestStoreBundle()
    later.ownSnaps = [
      TestBundle("acme-app", revisions: [13, 14], channels: ["latest/stable amd64": 14]),
      TestBundle("acme-future", revisions: [1]),
    ]
    later.includedSnaps = []
    later.registeredNames = []
    let pushed = try await fixture.push(later)
    #expect(pushed.snaps.map { $0.outcome.addedRevisions.map(\.number) } == [[14], [1]])
    #expect(try await fixture.channels(of: "acme-app") == ["latest/edge amd64 13", "latest/stable amd64 14"])
    #expect(
      try await fixture.store.catalogue.list().map { "\($0.name) \($0.stores)" } == [
        #"acme-app ["acme-base", "acme-devices"]"#, #"acme-future ["acme-base", "acme-devices"]"#,
        #"core22 ["ubuntu"]"#,
      ])
    let past = try await fixture.store.catalogue.history(of: SnapName(parsing: "acme-app")).filter { $0.until != nil }
    #expect(past.map(\.revision.number) == [12])
  }

  @Test("keeps a private snap of the global store to the stores that include it") func privateGlobal() async throws {
    let fixture = try await ImportFixture.make()
    let manifest = try TestStoreBundle().bundle(root: fixture.root).manifest
    var entry = try #require(manifest.snaps.first { $0.name.description == "core22" })
    let own = Set(manifest.stores.map(\.id))
    #expect(entry.listing(in: own).stores.map(\.description).sorted() == ["acme-devices", "ubuntu"])
    entry.isPrivate = true
    #expect(entry.listing(in: own).stores.map(\.description) == ["acme-devices"])
    // Nor does it say what other stores show.
    entry.includedStores.append(try StoreID(parsing: "somebody-elses"))
    #expect(entry.listing(in: own).stores.map(\.description) == ["acme-devices"])
  }

  @Test("keeps a snap of the parent from a device view that does not include it") func notIncluded() async throws {
    let fixture = try await ImportFixture.make()
    let manifest = try TestStoreBundle().bundle(root: fixture.root).manifest
    var entry = try #require(manifest.snaps.first { $0.name.description == "acme-app" })
    let own = Set(manifest.stores.map(\.id))
    #expect(entry.listing(in: own).stores.map(\.description).sorted() == ["acme-base", "acme-devices"])
    entry.includedStores = []
    #expect(entry.listing(in: own).stores.map(\.description) == ["acme-base"])
  }

  @Test("refuses an export that is older than the one that is here, unless it is told to take it")
  func rollback() async throws {
    let fixture = try await ImportFixture.make()
    let old = TestStoreBundle()
    var new = old
    new.session = "another"
    new.exportedAt = old.exportedAt + 1
    try await fixture.push(new)
    let path = try fixture.tarball(old)
    let rows = try fixture.rows()
    let error = await #expect(throws: BrandStoreError.self) { try await fixture.pushStore(path) }
    guard case .olderExport? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(try fixture.rows() == rows)
    let brand = try AccountID(parsing: TestRoot.brandID)
    let known = try await fixture.store.brandAdministrators.current(of: brand)
    #expect(known?.tokenDigest == (try new.bundle(root: fixture.root).admin.token.sha3))
    try await fixture.pushStore(path, allowingRollback: true)
    let rolledBack = try await fixture.store.brandAdministrators.current(of: brand)
    #expect(rolledBack?.tokenDigest == (try old.bundle(root: fixture.root).admin.token.sha3))
  }

  @Test("lets no older assertion replace a newer one") func olderAssertion() async throws {
    let fixture = try await ImportFixture.make()
    func bundle(revision: Int) throws -> TestStoreBundle {
      var bundle = TestStoreBundle()
      bundle.assertions = try bundle.chain(root: fixture.root).map { assertion in
        guard assertion.type == .snapDeclaration, assertion["snap-name"] == "acme-app" else { return assertion }
        return try fixture.root.snapDeclaration(
          "acme-app", snapID: TestRoot.snapID(for: "acme-app"), extra: ["revision": .text("\(revision)")])
      }
      return bundle
    }
    try await fixture.push(try bundle(revision: 3))
    try await fixture.push(try bundle(revision: 2))
    let held = try await fixture.store.assertions.all(of: .snapDeclaration).filter { $0["snap-name"] == "acme-app" }
    #expect(held.map(\.revision) == [3])
  }

  @Test("takes no store of one brand as that of another, whatever the tarball says") func otherBrand() async throws {
    let fixture = try await ImportFixture.make()
    try await fixture.push(TestStoreBundle())
    let rows = try fixture.rows()
    var stolen = TestStoreBundle()
    stolen.brand = TestRoot.accountID
    stolen.hasStoreAssertion = false
    stolen.session = "mallory"
    stolen.issuedAt += 1
    await #expect(throws: BrandStoreError.self) { try await fixture.push(stolen) }
    #expect(try fixture.rows() == rows)
  }

  @Test("takes no store for somebody else's than the root says, though it was never imported") func otherOperator()
    async throws
  {
    let fixture = try await ImportFixture.make()
    let chain =
      try fixture.root.foundation() + [
        fixture.root.account(TestRoot.brandID),
        fixture.root.store(TestStoreBundle.deviceView, operatorID: TestRoot.brandID),
      ]
    try await fixture.store.database.transaction { _ = try await fixture.store.assertions.store(chain, in: $0) }
    var stolen = TestStoreBundle()
    stolen.brand = TestRoot.accountID
    stolen.hasStoreAssertion = false
    await #expect(throws: BrandStoreError.self) { try await fixture.push(stolen) }
    #expect(try await fixture.store.stores.all().isEmpty)
  }

  @Test("takes the store for all devices for no brand's, nor for the parent of a brand's") func everybodys()
    async throws
  {
    let fixture = try await ImportFixture.make()
    try await fixture.push(TestBundle())
    let everybodys = StoreID.global.description
    for (store, parent) in [(everybodys, nil), (TestStoreBundle.deviceView, everybodys)] {
      var bundle = TestStoreBundle()
      (bundle.store, bundle.parent, bundle.hasStoreAssertion) = (store, parent, false)
      let error = await #expect(throws: BundleError.self) { try await fixture.push(bundle) }
      #expect(error?.message.contains("everybody's store") == true)
    }
    #expect(try await fixture.store.stores.all().isEmpty)
    #expect(try await fixture.store.catalogue.list().map(\.stores) == [[everybodys]])
  }

  @Test("refuses what a key signed that was ended here, before any file is written") func endedKey() async throws {
    let fixture = try await ImportFixture.make()
    let root = fixture.root
    let ended = try root.accountKey(
      root.storeKey, of: TestRoot.accountID, name: "store",
      extra: ["revision": "1", "until": "2026-01-02T00:00:00Z"])
    let foundation = Array(try root.foundation().prefix(2))
    _ = try await AssertionPush(.accountKeys, into: fixture.store, roots: root.roots, actor: "root")
      .push(Assertion.encodeStream(foundation + [ended]))
    await #expect(throws: AssertionError.self) { try await fixture.push(TestStoreBundle()) }
    #expect(try fixture.store.blobs.all().isEmpty)
    #expect(try await fixture.store.stores.all().isEmpty)
  }

  @Test("two at once end as one does") func atOnce() async throws {
    let fixture = try await ImportFixture.make()
    let path = try fixture.tarball(TestStoreBundle())
    let other = try await fixture.other()
    let changes = try await withThrowingTaskGroup(of: Bool.self) { group in
      for store in [fixture.store, other, fixture.store] {
        group.addTask { try await fixture.pushStore(path, into: store).isChange }
      }
      return try await group.reduce(into: [Bool]()) { $0.append($1) }
    }
    #expect(changes.count { $0 } == 1)
    #expect(try fixture.store.blobs.all().count == 3)
    #expect(try fixture.database.psql("SELECT count(*) FROM audit") == "1")
  }

  @Test("is refused by the commands for the other kind of tarball") func kinds() async throws {
    let fixture = try await ImportFixture.make()
    let (ofStore, ofSnap) = (try fixture.tarball(TestStoreBundle()), try fixture.tarball(TestBundle()))
    await #expect(throws: BundleError.self) { try await fixture.push(ofStore) }
    await #expect(throws: BundleError.self) { try await fixture.pushStore(ofSnap) }
    #expect(try await fixture.store.catalogue.list().isEmpty)
  }
}
