import PostgreSQL
import PostgreSQLTesting
import Reporting
import Testing

@testable import ProxyState

@Suite("Migrations") struct MigratorTests {
  @Test("are numbered without gaps")
  func numbers() {
    #expect(Migration.all.map(\.number) == Array(1...Migration.all.count))
  }

  @Test("programs that come at once migrate once", .timeLimit(.minutes(5)))
  func concurrent() async throws {
    let database = try await TestDatabase.make()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<5 { group.addTask { try await Migrator().migrate(ConnectionPool(database.connectionString)) } }
      try await group.waitForAll()
    }
    #expect(try database.psql("SELECT count(*) FROM schema_migration") == String(Migration.all.count))
  }

  @Test("secrets are there from the moment the database is, stay as they are, and one that was unset is made again")
  func secrets() async throws {
    let database = try await TestDatabase.make()
    let pool = ConnectionPool(database.connectionString)
    try await Migrator().migrate(pool)
    let rows = "SELECT name, length(decode(value, 'base64')) FROM configuration ORDER BY name"
    #expect(try database.psql(rows) == "proxy.auth.secret|32\nproxy.device-auth.secret|32")
    let values = "SELECT value FROM configuration ORDER BY name"
    let first = try database.psql(values).split(separator: "\n")
    #expect(Set(first).count == 2)
    try await Migrator().migrate(pool)
    #expect(try database.psql(values).split(separator: "\n") == first)
    try database.psql("DELETE FROM configuration WHERE name = 'proxy.auth.secret'")
    try await Migrator().migrate(pool)
    let second = try database.psql(values).split(separator: "\n")
    try #require(second.count == 2)
    #expect(second[0] != first[0] && second[1] == first[1])
  }

  @Test("all pending steps land or none")
  func atomic() async throws {
    let database = try await TestDatabase.make()
    let pool = ConnectionPool(database.connectionString)
    let bad = Migration(number: 2, name: "Bad", script: "CREATE TABLE good (n int); SELECT nonsense;")
    await #expect(throws: PostgreSQLError.self) { try await Migrator([Migration.all[0], bad]).migrate(pool) }
    #expect(try database.psql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == "0")
    try await Migrator([Migration.all[0]]).migrate(pool)
    await #expect(throws: PostgreSQLError.self) { try await Migrator([Migration.all[0], bad]).migrate(pool) }
    #expect(try database.psql("SELECT max(number) FROM schema_migration") == "1")
  }

  @Test("a schema that is newer than the program is refused")
  func newer() async throws {
    let database = try await TestDatabase.make()
    let pool = ConnectionPool(database.connectionString)
    let next = Migration(number: 2, name: "Next", script: "CREATE TABLE next (n int)")
    try await Migrator([Migration.all[0], next]).migrate(pool)
    await #expect(throws: MigrationError.schemaIsNewer(found: 2, known: 1)) {
      try await Migrator([Migration.all[0]]).migrate(pool)
    }
  }

  @Test("a step that was edited after it landed is refused")
  func edited() async throws {
    let database = try await TestDatabase.make()
    let pool = ConnectionPool(database.connectionString)
    try await Migrator([Migration.all[0]]).migrate(pool)
    let edited = Migration(number: 1, name: "Foundations", script: Migration.foundations + " ")
    await #expect(throws: MigrationError.stepDiffers(number: 1, name: "Foundations")) {
      try await Migrator([edited]).migrate(pool)
    }
  }

  @Test("a further step finds the rows of the steps before it")
  func rows() async throws {
    let database = try await TestDatabase.make()
    let pool = ConnectionPool(database.connectionString)
    try await Migrator([Migration.all[0]]).migrate(pool)
    try database.psql("INSERT INTO configuration VALUES ('proxy.domain', 'old')")
    let next = Migration(
      number: 2, name: "Next",
      script: "UPDATE configuration SET value = value || '.internal' WHERE name = 'proxy.domain'")
    try await Migrator([Migration.all[0], next]).migrate(pool)
    #expect(
      try database.psql("SELECT value FROM configuration WHERE name = 'proxy.domain'") == "old.internal")
  }

  @Test("without the right to create the extension, the error says what a superuser must run")
  func extensionMissing() async throws {
    let database = try await TestDatabase.make()
    let role = "weak_\(database.name)"
    try database.psql("CREATE ROLE \(role) LOGIN; GRANT CREATE ON SCHEMA public TO \(role)")
    let target = try ConnectionString(parsing: database.connectionString.text.replacing("snapstore@", with: "\(role)@"))
    let error = await #expect(throws: PostgreSQLError.self) { try await Migrator().migrate(ConnectionPool(target)) }
    guard case .extensionMissing("btree_gist", database.name, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(error?.advice?.contains("psql -d '\(database.name)' -c 'CREATE EXTENSION \"btree_gist\"'") == true)
    #expect(error?.kind == .notConfigured)
    try database.psql("CREATE EXTENSION btree_gist")
    try await Migrator().migrate(ConnectionPool(target))
  }
}
