import PostgreSQL
import PostgreSQLTesting
import Testing

@Suite(
  "Through a pooler in transaction mode",
  .enabled(if: TestPooler.isInstalled, "the package pgbouncer is not installed: scripts/setup --tests"),
  .timeLimit(.minutes(5)))
struct PoolerTests {
  @Test("a connection knows that a pooler stands between, and one to the server that none does")
  func detection() async throws {
    let database = try await TestDatabase.make()
    let pooler = try await TestPooler.start()
    #expect(try await Connection(database.connectionString).isPooled() == false)
    #expect(try await Connection(pooler.connectionString(of: database)).isPooled())
  }

  @Test("it is told that notifications do not arrive; without a pooler they do")
  func probe() async throws {
    let database = try await TestDatabase.make()
    let pooler = try await TestPooler.start()
    #expect(try await NotificationProbe(ConnectionPool(database.connectionString)).arrives())
    let pooled = ConnectionPool(try pooler.connectionString(of: database))
    #expect(try await NotificationProbe(pooled, timeout: .milliseconds(300)).arrives() == false)
  }

  @Test("no setting of ours stays for other clients, and a transaction has its limit of time")
  func settings() async throws {
    let database = try await TestDatabase.make()
    let pooler = try await TestPooler.start()
    let options = ConnectionOptions(statementTimeout: .seconds(7))
    let connection = Connection(try pooler.connectionString(of: database), options: options)
    let inside = try await connection.transaction { transaction in
      try await transaction.query("SHOW statement_timeout").first?.text("statement_timeout")
    }
    #expect(inside == "7s")
    #expect(try await connection.query("SHOW statement_timeout").first?.text("statement_timeout") == "0")
    let row = try await connection.query("SELECT timestamptz '2026-11-30 12:00:00+05' AS moment").first
    #expect(try row?.text("moment") == "2026-11-30 07:00:00+00")
  }
}
