import Foundation
import Glibc
import PostgreSQL
import PostgreSQLTesting
import ProcessTesting
import StoreModel
import Testing

@testable import ProxyState

@Suite("Private PostgreSQL", .timeLimit(.minutes(5))) struct PrivatePostgreSQLTests {
  /// A server that is stopped with the test, whatever happens to it.
  private func withServer(
    at name: String, _ body: (PrivatePostgreSQL, StateDirectory) async throws -> Void
  ) async throws {
    let files = try TemporaryDirectory()
    let directory = StateDirectory(path: "\(files.path)/\(name)")
    let server = PrivatePostgreSQL(directory: directory)
    try Watchdog.run(
      """
      kill -QUIT "$(head -n 1 "$1/data/postmaster.pid")"; rm -rf "$2"
      """, [directory.postgresql, files.path])
    do {
      try await body(server, directory)
    } catch {
      _ = try? await server.stop()
      throw error
    }
    try await server.stop()
    #expect(!server.isRunning)
  }

  @Test("is made on first use, outlives who started it, keeps what was committed, and stops")
  func lifecycle() async throws {
    try await withServer(at: "a 'state' directory with a path that is too long for any socket of Unix, by far") {
      server, directory in
      #expect(!server.isRunning)
      let store = try await ProxyStore.open(directory)
      try await store.configuration.set([.domain: "snaps.internal"])
      #expect(server.isRunning)
      // Durable: unlike a test's cluster.
      #expect(try await store.database.query("SHOW fsync").first?.text("fsync") == "on")
      #expect(try await store.database.query("SHOW listen_addresses").first?.text("listen_addresses") == "")
      let row = try await store.database.query(
        "SELECT pg_postmaster_start_time()::text AS at, current_user AS who"
      ).first
      #expect(try row?.text("who") == "snap_proxy")
      await store.close()
      let again = try await ProxyStore.open(directory)
      #expect(
        try await again.database.query("SELECT pg_postmaster_start_time()::text AS at").first?.text("at")
          == row?.text("at"))
      await again.close()
      try await server.stop()
      #expect(!server.isRunning)
      let restarted = try await ProxyStore.open(directory)
      #expect(try await restarted.configuration.value(of: .domain) == "snaps.internal")
      await restarted.close()
    }
  }

  @Test("programs that need it at once start one, after a crash too; a watcher comes back")
  func crash() async throws {
    try await withServer(at: "state") { server, directory in
      let targets = try await withThrowingTaskGroup(of: ConnectionString.self) { group in
        for _ in 0..<4 { group.addTask { try await server.start() } }
        return try await group.reduce(into: Set()) { $0.insert($1) }
      }
      #expect(targets.count == 1)
      let store = try await ProxyStore.open(directory)
      var changes = CatalogueWatcher(database: store.database, pause: { _ in .milliseconds(50) }).changes()
        .makeAsyncIterator()
      _ = await changes.next()
      _ = await changes.next()

      let lock = "\(directory.postgresql)/data/postmaster.pid"
      let process = try #require(
        pid_t(String(contentsOfFile: lock, encoding: .utf8).split(separator: "\n").first.map(String.init) ?? ""))
      // The whole server at once, as when the machine loses its power; what ended may stay a zombie.
      #expect(kill(-process, SIGKILL) == 0)
      while server.isRunning { try await Task.sleep(for: .milliseconds(5)) }
      // Now the lock file names a process that lives and is no PostgreSQL.
      let stale = try String(contentsOfFile: lock, encoding: .utf8).split(
        separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
      try "\(getpid())\n\(stale[1])".write(toFile: lock, atomically: false, encoding: .utf8)
      #expect(!server.isRunning)
      guard case .disconnected = await changes.next() else {
        Issue.record("expected to be told of the lost connection")
        return
      }
      _ = try await server.start()
      let snap = try Sample.snap(revisions: [6], channels: ["stable amd64": 6])
      try await store.database.transaction {
        _ = try await store.catalogue.importSnap(snap, replacingChannelMap: false, in: $0)
      }
      while let change = await changes.next() {
        if case .catalogue(let catalogue) = change, catalogue.snaps.count == 1 { break }
      }
      await store.close()
    }
  }

  @Test("a folder that its user cannot reach is told, and nothing is made in it", .enabled(if: geteuid() == 0))
  func unreachable() async throws {
    let files = try TemporaryDirectory()
    #expect(mkdir(files.path + "/closed", 0o700) == 0)
    let state = StateDirectory(path: files.path + "/closed/state")
    let server = PrivatePostgreSQL(directory: state)
    await #expect(throws: PrivatePostgreSQLError.unreachable(directory: state.postgresql, user: "postgres")) {
      try await server.start()
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: state.postgresql) == [])
  }

  @Test("the newest installed version is chosen, and the one that made the data where there is some")
  func versions() throws {
    let files = try TemporaryDirectory()
    for version in ["9.6", "15", "14"] {
      let bin = "\(files.path)/\(version)/bin"
      try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
      for program in ["initdb", "pg_ctl"] {
        #expect(
          FileManager.default.createFile(
            atPath: "\(bin)/\(program)", contents: nil, attributes: [.posixPermissions: 0o755]))
      }
    }
    #expect(ServerPrograms.find(path: "", root: files.path)?.directory == "\(files.path)/15/bin")
    #expect(ServerPrograms.find(version: "14", path: "", root: files.path)?.directory == "\(files.path)/14/bin")
    #expect(ServerPrograms.find(version: "13", path: "", root: files.path) == nil)
    #expect(ServerPrograms.find(path: "\(files.path)/9.6/bin", root: "/nowhere")?.directory == "\(files.path)/9.6/bin")
    #expect(ServerPrograms.find(path: "/nowhere", root: "/nowhere") == nil)
  }
}
