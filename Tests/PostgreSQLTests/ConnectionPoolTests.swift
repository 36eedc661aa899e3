import PostgreSQL
import PostgreSQLTesting
import Testing

@Suite("Connection pool") struct ConnectionPoolTests {
  @Test("never opens more than its maximum, and serves everybody", .timeLimit(.minutes(5)))
  func maximum() async throws {
    let database = try await TestDatabase.make()
    let pool = ConnectionPool(
      database.connectionString, limits: ConnectionPoolLimits(maximum: 3, patience: .seconds(240)))
    let processes = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<40 {
        group.addTask { try await pool.query("SELECT pg_backend_pid() AS p").first?.integer("p") ?? 0 }
      }
      return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
    }
    #expect((1...3).contains(processes.count))
  }

  @Test("who waits too long is told so", .timeLimit(.minutes(5)))
  func exhausted() async throws {
    let database = try await TestDatabase.make()
    let pool = ConnectionPool(
      database.connectionString, limits: ConnectionPoolLimits(maximum: 1, patience: .milliseconds(50)))
    try await pool.withConnection { _ in
      _ = await #expect(throws: PostgreSQLError.poolExhausted(connections: 1)) { try await pool.query("SELECT 1") }
    }
    #expect(try await pool.query("SELECT 1 AS one").count == 1)
  }

  @Test("a connection that the server closed is replaced before anybody notices", .timeLimit(.minutes(5)))
  func replaced() async throws {
    let database = try await TestDatabase.make()
    let pool = ConnectionPool(database.connectionString)
    let first = try await pool.query("SELECT pg_backend_pid() AS p").first?.integer("p")
    try database.psql(
      "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '\(database.name)' "
        + "AND pid <> pg_backend_pid()")
    let second = try await pool.query("SELECT pg_backend_pid() AS p").first?.integer("p")
    #expect(first != second)
  }

  @Test("a connection that was left inside a transaction is not handed on", .timeLimit(.minutes(5)))
  func openTransaction() async throws {
    let database = try await TestDatabase.make()
    let pool = ConnectionPool(database.connectionString, limits: ConnectionPoolLimits(maximum: 1))
    let first = try await pool.withConnection { connection in
      try await connection.execute(script: "BEGIN")
      return try await connection.query("SELECT pg_backend_pid() AS p").first?.integer("p")
    }
    #expect(try await pool.query("SELECT pg_backend_pid() AS p").first?.integer("p") != first)
  }

  @Test("a failure to connect frees its place", .timeLimit(.minutes(5)))
  func failing() async throws {
    let pool = ConnectionPool(
      try ConnectionString(parsing: "host=/nowhere"), limits: ConnectionPoolLimits(maximum: 1, patience: .seconds(60)))
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<5 {
        group.addTask {
          let error = await #expect(throws: PostgreSQLError.self) { try await pool.query("SELECT 1") }
          guard case .unreachable = error else {
            Issue.record("\(String(describing: error))")
            return
          }
        }
      }
    }
  }
}
