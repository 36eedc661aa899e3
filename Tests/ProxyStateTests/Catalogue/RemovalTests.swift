import Cryptography
import Foundation
import PostgreSQL
import ProxyState
import StoreModel
import Testing

@Suite("Removal") struct RemovalTests {
  private let jq = Result { try SnapName(parsing: "jq") }

  @Test("a removed snap is gone, and so are its files")
  func snap() async throws {
    let test = try await TestStore.make()
    let name = try jq.get()
    let digest = try test.writeBlob("jq-6")
    try await test.importSnap(try Sample.snap(revisions: [6], channels: ["stable amd64": 6]))
    try await test.store.database.transaction { try await test.store.catalogue.removeSnap(name, in: $0) }
    #expect(try await test.store.catalogue.load().snaps.isEmpty)
    let reclaimed = try await test.store.removeUnusedFiles()
    #expect(reclaimed == ProxyStore.Reclaimed(files: 1, bytes: 4))
    #expect(!test.store.blobs.contains(digest))
    await #expect(throws: CatalogueError.unknownSnap(name)) {
      try await test.store.database.transaction { try await test.store.catalogue.removeSnap(name, in: $0) }
    }
  }

  @Test("that a removed snap was a brand's alone stays known; one that everybody saw is forgotten whole")
  func listings() async throws {
    let test = try await TestStore.make()
    let name = try jq.get()
    let id = try SnapID(parsing: Sample.id)
    try await test.importSnap(try Sample.snap(revisions: [6], channels: [:], store: "brand-store"))
    try await test.store.database.transaction { try await test.store.catalogue.removeSnap(name, in: $0) }
    #expect(try await test.store.catalogue.load().listing(of: id) == ["brand-store"])
    try await test.importSnap(try Sample.snap(revisions: [6], channels: [:]))
    #expect(try await test.store.catalogue.load()[id]?.stores == ["brand-store", "ubuntu"])
    _ = try await test.store.database.transaction {
      try await test.store.catalogue.removeRevision(Revision(6), of: name, in: $0)
    }
    #expect(try await test.store.catalogue.load().listing(of: id) == nil)
  }

  @Test("a removed revision leaves its channels; with the last one the snap goes")
  func revision() async throws {
    let test = try await TestStore.make()
    let name = try jq.get()
    try await test.importSnap(try Sample.snap(revisions: [6, 7], channels: ["stable amd64": 6, "edge amd64": 7]))
    let closed = try await test.store.database.transaction {
      try await test.store.catalogue.removeRevision(Revision(6), of: name, in: $0)
    }
    #expect(closed == [try Sample.slot("stable amd64")])
    let found = try #require(try await test.store.catalogue.load()[name])
    #expect(found.channelMap.keys.map(\.channel.name) == ["edge"])
    #expect(found.everReleased == [try Revision(7)])
    await #expect(throws: CatalogueError.unknownRevision(name, try Revision(6))) {
      try await test.store.database.transaction {
        try await test.store.catalogue.removeRevision(Revision(6), of: name, in: $0)
      }
    }
    _ = try await test.store.database.transaction {
      try await test.store.catalogue.removeRevision(Revision(7), of: name, in: $0)
    }
    #expect(try await test.store.catalogue.load().snaps.isEmpty)
  }

  @Test("pruning keeps the newest of each architecture and whatever a channel holds")
  func prune() async throws {
    let test = try await TestStore.make()
    var snap = try Sample.snap(revisions: [], channels: ["stable amd64": 1])
    snap.revisions =
      try (1...5).map { try Sample.revision($0) } + [6, 7].map { try Sample.revision($0, on: ["arm64"]) }
    try await test.importSnap(snap)
    let pruned = try await test.store.database.transaction {
      try await test.store.catalogue.prune(keep: 2, in: $0)
    }
    #expect(pruned.map(\.revision.number) == [2, 3])
    let left = try #require(try await test.store.catalogue.load()[jq.get()])
    #expect(left.revisions.keys.map(\.number).sorted() == [1, 4, 5, 6, 7])
    let again = try await test.store.database.transaction { try await test.store.catalogue.prune(keep: 2, in: $0) }
    #expect(again.isEmpty)
  }

  @Test("disk usage counts a shared file once and knows what belongs to nothing")
  func usage() async throws {
    let test = try await TestStore.make()
    try test.writeBlob("jq-6")
    try test.writeBlob("orphan")
    try await test.importSnap(try Sample.snap(revisions: [6], channels: [:]))
    let usage = try await test.store.diskUsage()
    #expect(usage.files == 2)
    #expect(usage.bytes == 10)
    #expect(usage.unusedBytes == 6)
    #expect(usage.freeBytes > 0)
    #expect(usage.snaps.map(\.size) == [4])
  }
}
