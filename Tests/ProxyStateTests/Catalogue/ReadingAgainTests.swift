import Cryptography
import Foundation
import PostgreSQL
import ProxyState
import StoreAPI
import StoreModel
import Testing

@Suite("Reading the catalogue again") struct ReadingAgainTests {
  private static let other = "AnotherSnapIdentityOf32Letters12"

  /// Everything that can happen to a snap, and to a second one that nothing happens to.
  private static let changes: [(what: String, change: @Sendable (TestStore) async throws -> Void)] = [
    (
      "import",
      { test in
        try await test.importSnap(try Sample.snap(revisions: [6, 7], channels: ["stable amd64": 6, "edge amd64": 7]))
        try await test.importSnap(try Sample.snap("yq", id: other, revisions: [1], channels: ["stable amd64": 1]))
      }
    ),
    (
      "release",
      { test in
        try await test.importSnap(try Sample.snap(revisions: [8], channels: ["stable amd64": 8]), replacing: true)
      }
    ),
    (
      "icon",
      { test in
        var snap = try Sample.snap(revisions: [8], channels: [:])
        snap.icon = CatalogueIcon(sha3: SHA3Digest.of([1]), fileExtension: "png", size: 1)
        try await test.importSnap(snap)
      }
    ),
    (
      "details",
      { test in
        var snap = try Sample.snap(revisions: [8], channels: [:])
        snap.details.title = "Another title"
        try await test.importSnap(snap)
      }
    ),
    (
      "listing", { test in try await test.importSnap(try Sample.snap(revisions: [8], channels: [:], store: "acme")) }
    ),
    (
      "removed revision",
      { test in
        _ = try await test.store.database.transaction {
          try await test.store.catalogue.removeRevision(Revision(7), of: SnapName(parsing: "jq"), in: $0)
        }
      }
    ),
    (
      "pruning",
      { test in _ = try await test.store.database.transaction { try await test.store.catalogue.prune(keep: 1, in: $0) }
      }
    ),
    (
      "removed snap",
      { test in
        try await test.store.database.transaction {
          try await test.store.catalogue.removeSnap(SnapName(parsing: "jq"), in: $0)
        }
      }
    ),
  ]

  @Test("gives after each change what reading all of it gives")
  func same() async throws {
    let test = try await TestStore.make()
    _ = try await test.store.catalogue.load()
    for (what, change) in Self.changes {
      let before = try await test.store.catalogue.load()
      try await change(test)
      let again = try await test.store.catalogue.load()
      let all = try await CatalogueRepository(database: test.store.database).load()
      #expect(again.generation == all.generation && again.generation > before.generation, "\(what)")
      #expect(again.snaps.keys == all.snaps.keys, "\(what)")
      for (id, snap) in all.snaps {
        let found = try #require(again[id], "\(what)")
        #expect(found.name == snap.name && found.stores == snap.stores && found.icon == snap.icon, "\(what)")
        #expect(found.details == snap.details && found.revisions == snap.revisions, "\(what)")
        #expect(found.channelMap == snap.channelMap && found.everReleased == snap.everReleased, "\(what)")
        #expect(again.listing(of: id) == all.listing(of: id), "\(what)")
      }
    }
    #expect(try await test.store.catalogue.load().snaps.values.map(\.name.description) == ["yq"])
  }
}
