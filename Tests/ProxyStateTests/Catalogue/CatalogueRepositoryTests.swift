import Cryptography
import Foundation
import PostgreSQL
import PostgreSQLTesting
import ProxyState
import StoreAPI
import StoreModel
import Testing

@Suite("Catalogue repository") struct CatalogueRepositoryTests {
  @Test("what was imported is what devices are offered")
  func roundTrip() async throws {
    let test = try await TestStore.make()
    var snap = try Sample.snap(revisions: [6, 8], channels: ["latest/stable amd64": 6, "22/edge/fix amd64": 8])
    snap.icon = CatalogueIcon(sha3: SHA3Digest.of(Array("icon".utf8)), fileExtension: "png", size: 4)
    let outcome = try await test.importSnap(snap)
    #expect(outcome.addedRevisions == (try [Revision(6), Revision(8)]))
    #expect(outcome.released.count == 2)
    let catalogue = try await test.store.catalogue.load()
    let found = try #require(catalogue[snap.name])
    #expect(found.id == snap.id)
    #expect(found.stores == ["ubuntu"])
    #expect(found.details == snap.details)
    #expect(found.icon == snap.icon)
    #expect(found.revisions.values.sorted { $0.revision < $1.revision } == snap.revisions)
    #expect(found.channelMap.mapValues(\.revision) == snap.channelMap)
    #expect(found.everReleased == Set(snap.revisions.map(\.revision)))
    #expect(try await catalogue.generation == test.store.catalogue.generation())
  }

  @Test("importing the same twice changes nothing and makes no history")
  func idempotent() async throws {
    let test = try await TestStore.make()
    let snap = try Sample.snap(revisions: [6], channels: ["latest/stable amd64": 6])
    try await test.importSnap(snap)
    let generation = try await test.store.catalogue.generation()
    for replacing in [false, true] {
      #expect(try await test.importSnap(snap, replacing: replacing) == SnapImportOutcome())
    }
    #expect(try await test.store.catalogue.generation() == generation)
    #expect(try test.database.psql("SELECT count(*) FROM channel_release") == "1")
  }

  @Test("without the channel map, a channel that holds something keeps it, and the revision may still be asked for")
  func keeps() async throws {
    let test = try await TestStore.make()
    try await test.importSnap(try Sample.snap(revisions: [6], channels: ["stable amd64": 6]))
    let outcome = try await test.importSnap(
      try Sample.snap(revisions: [7], channels: ["stable amd64": 7, "stable arm64": 7, "edge amd64": 7]))
    #expect(outcome.kept == [try Sample.slot("stable amd64")])
    let found = try #require(try await test.store.catalogue.load()[SnapName(parsing: "jq")])
    #expect(
      found.channelMap.mapValues(\.revision.number) == [
        try Sample.slot("stable amd64"): 6, try Sample.slot("stable arm64"): 7, try Sample.slot("edge amd64"): 7,
      ])
    #expect(found.everReleased == [try Revision(6), try Revision(7)])
  }

  @Test("a revision that only a kept channel would have held may be asked for as well")
  func keptOnly() async throws {
    let test = try await TestStore.make()
    try await test.importSnap(try Sample.snap(revisions: [6], channels: ["stable amd64": 6]))
    try await test.importSnap(try Sample.snap(revisions: [7, 9], channels: ["stable amd64": 7]))
    let found = try #require(try await test.store.catalogue.load()[SnapName(parsing: "jq")])
    #expect(found.everReleased == [try Revision(6), try Revision(7)])
    #expect(found.revisions.count == 3)
  }

  @Test("with the channel map, what a channel held before stays in the history")
  func replaces() async throws {
    let test = try await TestStore.make()
    let name = try SnapName(parsing: "jq")
    for revision in [6, 7, 6] {
      let outcome = try await test.importSnap(
        try Sample.snap(revisions: [revision], channels: ["stable amd64": revision]), replacing: true)
      #expect(outcome.released.map(\.revision.number) == [revision])
    }
    let history = try await test.store.catalogue.history(of: name)
    #expect(history.map(\.revision.number) == [6, 7, 6])
    #expect(history[0].until == history[1].since)
    #expect(history[1].until == history[2].since)
    #expect(history[2].until == nil)
    let found = try #require(try await test.store.catalogue.load()[name])
    #expect(found.channelMap[try Sample.slot("stable amd64")]?.revision == (try Revision(6)))
  }

  @Test("a clock that was set back does not stand in the way of a release")
  func clock() async throws {
    let test = try await TestStore.make()
    try await test.importSnap(try Sample.snap(revisions: [6], channels: ["stable amd64": 6]))
    try test.database.psql(
      "UPDATE channel_release SET period = tstzrange(now() + interval '1 day', NULL)")
    try await test.importSnap(try Sample.snap(revisions: [7], channels: ["stable amd64": 7]), replacing: true)
    #expect(
      try test.database.psql("SELECT revision FROM channel_release WHERE upper_inf(period)") == "7")
  }

  @Test("the database refuses two revisions in one channel at one moment")
  func exclusion() async throws {
    let test = try await TestStore.make()
    try await test.importSnap(try Sample.snap(revisions: [6], channels: ["stable amd64": 6]))
    #expect(throws: (any Error).self) {
      try test.database.psql(
        """
        INSERT INTO channel_release
        SELECT snap_id, channel, architecture, 9, tstzrange(now(), NULL) FROM channel_release
        """)
    }
  }

  @Test("two imports of one bundle at once leave what one would have left", .timeLimit(.minutes(5)))
  func concurrent() async throws {
    let test = try await TestStore.make()
    let snap = try Sample.snap(revisions: [6, 7], channels: ["stable amd64": 6, "edge amd64": 7])
    let outcomes = try await withThrowingTaskGroup(of: SnapImportOutcome.self) { group in
      for _ in 0..<6 { group.addTask { try await test.importSnap(snap, replacing: true) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.count(where: \.isChange) == 1)
    #expect(try test.database.psql("SELECT count(*) FROM channel_release") == "2")
    #expect(try test.database.psql("SELECT generation FROM catalogue_state") == "2")
  }

  @Test("other content for a revision that is here is refused")
  func differs() async throws {
    let test = try await TestStore.make()
    let snap = try Sample.snap(revisions: [6], channels: [:])
    try await test.importSnap(snap)
    var other = snap
    other.revisions = [
      CatalogueRevision(
        revision: try Revision(6), sha3: SHA3Digest.of([]), size: 0, architectures: [.amd64], details: SnapDetails())
    ]
    let changed = other
    await #expect(throws: CatalogueError.revisionDiffers(snap.name, try Revision(6))) {
      try await test.importSnap(changed)
    }
    #expect(try await test.store.catalogue.load()[snap.name]?.revisions.count == 1)
  }

  @Test("a name that another snap has is refused")
  func name() async throws {
    let test = try await TestStore.make()
    let snap = try Sample.snap(revisions: [6], channels: [:])
    try await test.importSnap(snap)
    let thief = try Sample.snap(id: "AnotherSnapIdentityOf32Letters12", revisions: [6], channels: [:])
    await #expect(throws: CatalogueError.nameTaken(snap.name, by: snap.id)) { try await test.importSnap(thief) }
  }

  @Test("a whole store at once is what its snaps are one after the other, in one generation", arguments: [1, 600])
  func whole(count: Int) async throws {
    let test = try await TestStore.make()
    @Sendable func snaps(_ held: Int) throws -> [SnapImport] {
      try (1...count).map { number in
        try Sample.snap(
          "snap-\(number)", id: String(Sample.id.dropLast(4)) + String(1000 + number), revisions: [held],
          channels: ["stable amd64": held, "2/edge/fix amd64": held])
      }
    }
    for (held, previous) in [(6, nil), (7, 6), (7, 7)] {
      let generation = try await test.store.catalogue.generation()
      let outcomes = try await test.store.database.transaction { transaction in
        try await test.store.catalogue.importSnaps(snaps(held), replacingChannelMap: true, in: transaction)
      }
      #expect(outcomes.count == count)
      let isChange = previous != held
      #expect(outcomes.allSatisfy { $0.isChange == isChange && $0.released.count == (isChange ? 2 : 0) })
      #expect(outcomes.allSatisfy { $0.addedRevisions.map(\.number) == (isChange ? [held] : []) })
      #expect(outcomes.allSatisfy { $0.released.allSatisfy { $0.previous?.number == previous } })
      #expect(try await test.store.catalogue.generation() == generation + (isChange ? 1 : 0))
    }
    let catalogue = try await test.store.catalogue.load()
    #expect(catalogue.snaps.count == count)
    #expect(catalogue.snaps.values.allSatisfy { $0.channelMap.count == 2 && $0.everReleased.count == 2 })
    #expect(catalogue.snaps.values.allSatisfy { $0.channelMap.values.allSatisfy { $0.revision.number == 7 } })
    #expect(try test.database.psql("SELECT count(*) FROM channel_release") == "\(4 * count)")
  }

  @Test("a snap of two stores belongs to both")
  func stores() async throws {
    let test = try await TestStore.make()
    try await test.importSnap(try Sample.snap(revisions: [6], channels: [:]))
    try await test.importSnap(try Sample.snap(revisions: [6], channels: [:], store: "acme"))
    let listed = try #require(try await test.store.catalogue.list().first)
    #expect(listed.stores == ["acme", "ubuntu"])
    #expect(listed.revisions == [try Revision(6)])
    #expect(listed.size == 4)
  }
}
