import Cryptography
import Foundation
import Glibc
import PostgreSQL
import PostgreSQLTesting
import ProxyState
import StoreModel
import Testing

@Suite("Unused files") struct UnusedFilesTests {
  @Test("what a writer that was killed before its commit left is found and removed", .timeLimit(.minutes(5)))
  func killed() async throws {
    let test = try await TestStore.make()
    let directory = test.store.directory.path
    let database = test.database.connectionString.text
    let needed = try test.writeBlob("jq-6")
    try await test.importSnap(try Sample.snap(revisions: [6], channels: [:]))
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [directory = directory as String, database = database as String] in
      let store = try await ProxyStore.open(
        StateDirectory(path: directory), database: ConnectionPool(try ConnectionString(parsing: database)))
      try await store.blobGuard.whileWriting { connection in
        var whole = try store.blobs.newBlob()
        try Array("jq-7".utf8).withUnsafeBytes { try whole.write($0) }
        try whole.commit(as: SHA3Digest.of(Array("jq-7".utf8)))
        var half = try store.blobs.newBlob()
        try Array("jq-8".utf8).withUnsafeBytes { try half.write($0) }
        try await connection.transaction { transaction in
          let snap = try Sample.snap(revisions: [7], channels: ["stable amd64": 7])
          _ = try await store.catalogue.importSnap(snap, replacingChannelMap: true, in: transaction)
          kill(getpid(), SIGKILL)
        }
      }
    }
    let found = try #require(try await test.store.catalogue.list().first)
    #expect(found.revisions.map(\.number) == [6])
    #expect(try await test.store.unusedFiles().map(\.size) == [4])
    var reclaimed: ProxyStore.Reclaimed?
    while reclaimed == nil {
      // The server may take a moment to notice that its client died.
      do { reclaimed = try await test.store.removeUnusedFiles() } catch BlobStoreError.busy { await Task.yield() }
    }
    #expect(reclaimed == ProxyStore.Reclaimed(files: 1, bytes: 8))
    #expect(try test.store.blobs.all().map(\.digest) == [needed])
  }

  @Test("files of a push that is under way are not removed", .timeLimit(.minutes(5)))
  func underWay() async throws {
    let test = try await TestStore.make()
    let digest = try await test.store.blobGuard.whileWriting { connection in
      let digest = try test.writeBlob("jq-6")
      await #expect(throws: BlobStoreError.busy) { try await test.store.removeUnusedFiles() }
      #expect(test.store.blobs.contains(digest))
      // A second push is no obstacle.
      try await test.store.blobGuard.whileWriting { _ in }
      try await connection.transaction { transaction in
        let snap = try Sample.snap(revisions: [6], channels: [:])
        _ = try await test.store.catalogue.importSnap(snap, replacingChannelMap: false, in: transaction)
      }
      return digest
    }
    #expect(try await test.store.removeUnusedFiles() == ProxyStore.Reclaimed())
    #expect(test.store.blobs.contains(digest))
  }

  @Test("a push that failed does not keep others from removing", .timeLimit(.minutes(5)))
  func failed() async throws {
    let test = try await TestStore.make()
    struct Failure: Error {}
    await #expect(throws: Failure.self) { try await test.store.blobGuard.whileWriting { _ in throw Failure() } }
    #expect(try await test.store.removeUnusedFiles() == ProxyStore.Reclaimed())
  }
}
