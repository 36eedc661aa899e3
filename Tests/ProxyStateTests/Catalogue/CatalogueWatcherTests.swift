import PostgreSQL
import PostgreSQLTesting
import ProxyState
import StoreModel
import Testing

@Suite("Catalogue watcher") struct CatalogueWatcherTests {
  @Test("tells the catalogue at once, and anew after each change", .timeLimit(.minutes(5)))
  func follows() async throws {
    let test = try await TestStore.make()
    var changes = test.store.watcher.changes().makeAsyncIterator()
    guard case .connected = await changes.next(), case .catalogue(let first) = await changes.next() else {
      Issue.record("expected the catalogue")
      return
    }
    #expect(first.snaps.isEmpty)
    try await test.importSnap(try Sample.snap(revisions: [6], channels: ["stable amd64": 6]))
    guard case .catalogue(let second) = await changes.next() else {
      Issue.record("expected the changed catalogue")
      return
    }
    #expect(second.snaps.count == 1)
    #expect(second.generation > first.generation)
  }

  @Test("comes back after its connections broke, and tells what it missed", .timeLimit(.minutes(5)))
  func reconnects() async throws {
    let test = try await TestStore.make()
    var changes = CatalogueWatcher(database: test.store.database, pause: { _ in .milliseconds(20) }).changes()
      .makeAsyncIterator()
    _ = await changes.next()
    _ = await changes.next()
    try test.database.psql(
      """
      SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
      WHERE datname = '\(test.database.name)' AND pid <> pg_backend_pid()
      """)
    guard case .disconnected = await changes.next() else {
      Issue.record("expected to be told of the lost connection")
      return
    }
    try await test.importSnap(try Sample.snap(revisions: [6], channels: ["stable amd64": 6]))
    while let change = await changes.next() {
      if case .catalogue(let catalogue) = change, catalogue.snaps.count == 1 { return }
    }
  }

  @Test("nothing of it stays when nobody listens any more", .timeLimit(.minutes(5)))
  func ends() async throws {
    let test = try await TestStore.make()
    for await _ in test.store.watcher.changes() { break }
    let listeners: SQL =
      "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"
    while try await test.store.database.query(listeners).first?.integer("n") != 0 { await Task.yield() }
  }
}
