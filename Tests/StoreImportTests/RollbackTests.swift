import Assertions
import AssertionsTesting
import Bundles
import BundlesTesting
import Cryptography
import FileSupport
import Foundation
import PostgreSQL
import PostgreSQLTesting
import ProcessTesting
import ProxyState
import StoreAPI
import StoreModel
import Testing

@testable import StoreImport

/// What is derived from assertions follows the newest that are held, in whichever order tarballs come.
@Suite("Rollback protection") struct RollbackTests {
  private let root: TestRoot
  init() throws { root = try TestRoot() }

  /// The same snap, as its publisher called it and themselves at some time.
  private func bundle(_ name: String, declaration: Int, account: Int, publisher: String) throws -> TestBundle {
    var bundle = TestBundle("jq", revisions: [6, 7], channels: ["latest/stable amd64": 7])
    let files = bundle.files
    bundle.name = name
    bundle.files = files
    bundle.icon = Array("icon of \(name)".utf8)
    bundle.assertions = try root.chain(forSnap: name, snapID: bundle.snapID, files: files).map { assertion in
      switch assertion.type {
      case .snapDeclaration:
        try root.snapDeclaration(name, snapID: bundle.snapID, extra: ["revision": .text("\(declaration)")])
      case .account where assertion["account-id"] == TestRoot.accountID:
        try root.account(
          TestRoot.accountID, displayName: publisher, username: "acme", validation: "verified",
          extra: ["revision": .text("\(account)")])
      default: assertion
      }
    }
    return bundle
  }

  private var old: TestBundle {
    get throws { try bundle("old-name", declaration: 2, account: 1, publisher: "Old Publisher") }
  }
  private var new: TestBundle {
    get throws { try bundle("new-name", declaration: 5, account: 3, publisher: "New Publisher") }
  }

  @Test("of a snap: an older tarball pushed later leaves what a newer one pushed later leaves") func snaps()
    async throws
  {
    let (rising, falling) = (try await ImportFixture.make(root: root), try await ImportFixture.make(root: root))
    try await rising.push(try old)
    try await rising.push(try new)
    try await falling.push(try new)
    let pushed = try await falling.push(try old)
    #expect(try rising.contents() == falling.contents())
    let snap = try #require(try await falling.store.catalogue.load().snaps.values.first)
    #expect(snap.name.description == "new-name")
    #expect(snap.details.publisher?.displayName == "New Publisher")
    #expect(snap.details.title == "The new-name snap")
    #expect(pushed.outcome.newerHeld?.description == "new-name")
    #expect(pushed.outdated.map(\.type.name).sorted() == ["account", "snap-declaration"])
    #expect(!pushed.outcome.isChange)
  }

  @Test("of a snap of which each tarball has one newer assertion, both count") func mixed() async throws {
    let one = try bundle("new-name", declaration: 5, account: 1, publisher: "Old Publisher")
    let other = try bundle("old-name", declaration: 2, account: 3, publisher: "New Publisher")
    let (rising, falling) = (try await ImportFixture.make(root: root), try await ImportFixture.make(root: root))
    for bundle in [one, other] { try await rising.push(bundle) }
    for bundle in [other, one] { try await falling.push(bundle) }
    #expect(try rising.contents() == falling.contents())
    let snap = try #require(try await rising.store.catalogue.load().snaps.values.first)
    #expect(snap.name.description == "new-name")
    #expect(snap.details.publisher?.displayName == "New Publisher")
  }

  @Test("of an account: every snap of it follows, also one that no tarball brings again") func accounts() async throws {
    let (rising, falling) = (try await ImportFixture.make(root: root), try await ImportFixture.make(root: root))
    let keys = try AssertionPush.keys(of: new, root: root)
    try await keys(falling)
    try await falling.push(try old)
    try await rising.push(try old)
    try await keys(rising)
    #expect(try rising.contents() == falling.contents())
    let snap = try #require(try await rising.store.catalogue.load().snaps.values.first)
    #expect(snap.details.publisher?.displayName == "New Publisher")
  }

  @Test("two snaps that exchanged their names have them exchanged") func exchanged() async throws {
    let fixture = try await ImportFixture.make(root: root)
    let (one, other) = (TestBundle("one-snap"), TestBundle("other-snap"))
    try await fixture.push(one)
    try await fixture.push(other)
    let declarations = try [
      root.snapDeclaration("other-snap", snapID: one.snapID, extra: ["revision": "9"]),
      root.snapDeclaration("one-snap", snapID: other.snapID, extra: ["revision": "9"]),
    ]
    try await fixture.store.database.transaction { try await fixture.store.assertions.store(declarations, in: $0) }
    let catalogue = try await fixture.store.catalogue.load()
    #expect(catalogue.snaps[try SnapID(parsing: one.snapID)]?.name.description == "other-snap")
    #expect(catalogue.snaps[try SnapID(parsing: other.snapID)]?.name.description == "one-snap")
  }

  @Test("of a store: an older export that is pushed later, or is forced, brings no older name back") func stores()
    async throws
  {
    func store(_ snap: TestBundle, later: Double) throws -> TestStoreBundle {
      var store = TestStoreBundle()
      store.includedSnaps = [snap]
      store.exportedAt = store.exportedAt.addingTimeInterval(later)
      return store
    }
    let (earlier, later) = (try store(old, later: 0), try store(new, later: 3600))
    let (rising, falling) = (try await ImportFixture.make(root: root), try await ImportFixture.make(root: root))
    try await rising.push(earlier)
    try await rising.push(later)
    try await falling.push(later)
    await #expect(throws: BrandStoreError.self) { try await falling.push(earlier) }
    func snaps(_ fixture: ImportFixture) throws -> [Substring] {
      try fixture.contents().split(separator: "\n").filter { $0.hasPrefix("snap|") }
    }
    #expect(try snaps(rising) == snaps(falling))
    let pushed = try await falling.pushStore(try falling.tarball(earlier), allowingRollback: true)
    #expect(pushed.outdated.map(\.type.name).sorted() == ["account", "snap-declaration"])
    let names = try await falling.store.catalogue.load().snaps.values.map {
      "\($0.name) \($0.details.publisher?.displayName ?? "")"
    }
    #expect(names.contains("new-name New Publisher"), "\(names)")
  }

  @Test("of a model: an older revision pushed later leaves the newer") func models() async throws {
    func model(_ revision: Int) throws -> [Assertion] {
      try root.foundation() + [
        root.account(TestRoot.brandID), root.accountKey(root.brandKey, of: TestRoot.brandID, name: "brand"),
        root.sign(
          .model,
          [
            "series": "16", "brand-id": .text(TestRoot.brandID), "model": "box", "architecture": "amd64",
            "gadget": "pc",
            "kernel": "pc-kernel", "timestamp": TestRoot.timestamp, "revision": .text("\(revision)"),
          ], by: root.brandKey, of: TestRoot.brandID),
      ]
    }
    let (rising, falling) = (try await ImportFixture.make(root: root), try await ImportFixture.make(root: root))
    for (fixture, revisions) in [(rising, [1, 4]), (falling, [4, 1])] {
      for revision in revisions {
        _ = try await AssertionPush(.assertions, into: fixture.store, roots: root.roots, actor: "root")
          .push(Assertion.encodeStream(try model(revision)))
      }
    }
    #expect(try rising.contents() == falling.contents())
  }

  @Test("a refused push leaves no file behind, and those of others") func orphans() async throws {
    let fixture = try await ImportFixture.make(root: root)
    try await fixture.push(TestBundle())
    let before = try fixture.store.blobs.all().map(\.digest.hex).sorted()
    // The name is taken: only the transaction finds out.
    var other = TestBundle(revisions: [7])
    other.snapID = TestRoot.snapID
    await #expect(throws: CatalogueError.self) { try await fixture.push(other) }
    // Its last file is damaged: those before it have their names by then.
    let many = TestBundle("many", revisions: Array(1...4), fileSize: 20 << 20)
    var members = try TarballMembers(reading: fixture.tarball(many))
    members.all[members.all.count - 1].bytes[5] ^= 1
    let path = fixture.folder.path + "/damaged.tar.gz"
    try members.write(to: path)
    await #expect(throws: BundleError.self) { try await fixture.push(path) }
    #expect(try fixture.store.blobs.all().map(\.digest.hex).sorted() == before)
  }
}

extension AssertionPush {
  /// What pushes the account of a bundle's publisher alone.
  fileprivate static func keys(
    of bundle: TestBundle, root: TestRoot
  ) throws -> @Sendable (ImportFixture) async throws -> Void {
    let stream = Assertion.encodeStream(
      (bundle.assertions ?? []).filter { $0.type == .account || $0.type == .accountKey })
    return { fixture in
      _ = try await AssertionPush(.accountKeys, into: fixture.store, roots: root.roots, actor: "root").push(stream)
    }
  }
}
