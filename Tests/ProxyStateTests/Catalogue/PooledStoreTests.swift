import PostgreSQL
import PostgreSQLTesting
import ProxyState
import StoreModel
import Testing

/// A store whose database is reached through PgBouncer in transaction mode.
@Suite(
  "A store behind a pooler",
  .enabled(if: TestPooler.isInstalled, "the package pgbouncer is not installed: scripts/setup --tests"),
  .timeLimit(.minutes(5)))
struct PooledStoreTests {
  private static func pooled(_ test: TestStore) async throws -> ProxyStore {
    let pooler = try await TestPooler.start()
    return try await ProxyStore.open(
      test.store.directory, database: ConnectionPool(pooler.connectionString(of: test.database)))
  }

  @Test("a server hears that no notifications arrive, and sees a push all the same")
  func changes() async throws {
    let test = try await TestStore.make()
    let store = try await Self.pooled(test)
    var changes = CatalogueWatcher(database: store.database, interval: .milliseconds(50)).changes().makeAsyncIterator()
    var wasTold = false
    while !wasTold, let change = await changes.next() {
      if case .notifications(arrive: false) = change { wasTold = true }
    }
    #expect(wasTold)
    try await test.importSnap(try Sample.snap(revisions: [6], channels: ["stable amd64": 6]))
    while let change = await changes.next() {
      if case .catalogue(let catalogue) = change, catalogue.snaps.count == 1 { return }
    }
    Issue.record("the push went unseen")
  }

  @Test("files of a push are not removed while it runs, whichever way the others come")
  func pushes() async throws {
    let test = try await TestStore.make()
    let store = try await Self.pooled(test)
    let digest = try await store.blobGuard.whileWriting { connection in
      let digest = try test.writeBlob("jq-6")
      // Other transactions, which use the sessions of the server in turn.
      for _ in 0..<20 { _ = try await store.database.query("SELECT 1 AS one") }
      await #expect(throws: BlobStoreError.busy) { try await test.store.removeUnusedFiles() }
      await #expect(throws: BlobStoreError.busy) { try await store.removeUnusedFiles() }
      try await store.blobGuard.whileWriting { _ in }
      try await connection.transaction { transaction in
        let snap = try Sample.snap(revisions: [6], channels: [:])
        _ = try await store.catalogue.importSnap(snap, replacingChannelMap: false, in: transaction)
      }
      return digest
    }
    try test.writeBlob("left behind")
    #expect(try await store.removeUnusedFiles() == ProxyStore.Reclaimed(files: 1, bytes: 11))
    #expect(store.blobs.contains(digest))
    #expect(try await test.store.removeUnusedFiles() == ProxyStore.Reclaimed())
  }

  @Test("a push whose hold on its files was lost stores nothing, and says so")
  func lostGuard() async throws {
    let test = try await TestStore.make()
    let store = try await Self.pooled(test)
    await #expect(throws: BlobStoreError.guardLost) {
      try await store.blobGuard.whileWriting { connection in
        try test.database.psql(
          """
          SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
          WHERE datname = current_database() AND state = 'idle in transaction'
          """)
        try await connection.transaction { transaction in
          let snap = try Sample.snap(revisions: [6], channels: [:])
          _ = try await store.catalogue.importSnap(snap, replacingChannelMap: false, in: transaction)
        }
      }
    }
    #expect(try await test.store.catalogue.list().isEmpty)
    #expect(try await test.store.removeUnusedFiles() == ProxyStore.Reclaimed())
  }
}
