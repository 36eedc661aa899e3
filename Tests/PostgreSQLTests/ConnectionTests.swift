import Foundation
import PostgreSQL
import PostgreSQLTesting
import Reporting
import Testing

@Suite("Connection") struct ConnectionTests {
  @Test("a server that is not there is unreachable, whatever the reason", .timeLimit(.minutes(5)))
  func unreachable() async throws {
    for text in ["host=/nowhere user=u dbname=d", "postgresql://u:hunter2@127.0.0.1:1/d"] {
      let connection = Connection(try ConnectionString(parsing: text))
      let error = await #expect(throws: PostgreSQLError.self) { try await connection.open() }
      guard case .unreachable = error else {
        Issue.record("expected an unreachable server, found \(String(describing: error))")
        continue
      }
      #expect(error?.kind == .network)
      #expect(error?.message.contains("hunter2") == false)
    }
  }

  @Test("a server that accepts and then says nothing is given up", .timeLimit(.minutes(5)))
  func silent() async throws {
    let listener = try SilentServer()
    let connection = Connection(
      try ConnectionString(parsing: "postgresql://u@127.0.0.1:\(listener.port)/d"),
      options: ConnectionOptions(connectTimeout: .milliseconds(300)))
    let error = await #expect(throws: PostgreSQLError.self) { try await connection.open() }
    guard case .unreachable(_, let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(reason.contains("no answer"))
  }

  @Test("a missing database is told apart")
  func missingDatabase() async throws {
    let target = try await TestDatabase.make().connectionString.settingDatabase("nowhere")
    let error = await #expect(throws: PostgreSQLError.self) { try await Connection(target).open() }
    #expect(error == .databaseMissing(server: target.server, database: "nowhere"))
    #expect(error?.kind == .notConfigured)
  }

  @Test("an unknown user is a failed login")
  func unknownUser() async throws {
    let good = try await TestDatabase.make().connectionString
    let target = try ConnectionString(parsing: good.text.replacing("snapstore@", with: "stranger:hunter2@"))
    let error = await #expect(throws: PostgreSQLError.self) { try await Connection(target).open() }
    guard case .authenticationFailed(_, "stranger", let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(error?.kind == .notAuthorised)
    #expect(!reason.contains("hunter2"))
    #expect(reason.contains("stranger"))
  }

  @Test("a wrong password and a missing one are failed logins, the right one is not")
  func password() async throws {
    let database = try await TestDatabase.make()
    let role = "user_\(database.name)"
    try database.psql("CREATE ROLE \(role) LOGIN IN ROLE by_password PASSWORD 'p@ss word'")
    let target = try ConnectionString(parsing: database.connectionString.text.replacing("snapstore@", with: "\(role)@"))
    for password in ["hunter2", nil] {
      let error = await #expect(throws: PostgreSQLError.self) {
        try await Connection(target.settingPassword(password)).open()
      }
      guard case .authenticationFailed(_, role, let reason) = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
      #expect(!reason.contains("hunter2"))
    }
    try await Connection(target.settingPassword("p@ss word")).open()
  }

  @Test("a statement that takes too long is ended by the server")
  func statementTimeout() async throws {
    let connection = Connection(
      try await TestDatabase.make().connectionString,
      options: ConnectionOptions(statementTimeout: .milliseconds(50)))
    await #expect(throws: PostgreSQLError.statementTimedOut) { try await connection.query("SELECT pg_sleep(30)") }
    #expect(try await connection.query("SELECT 1 AS one").count == 1)
  }

  @Test("a transaction is committed when its body returns and undone when it throws")
  func transaction() async throws {
    let database = try await TestDatabase.make()
    let connection = Connection(database.connectionString)
    try await connection.execute("CREATE TABLE t (n bigint)")
    struct Change: Error {}
    await #expect(throws: Change.self) {
      try await connection.transaction { transaction in
        try await transaction.execute("INSERT INTO t VALUES (1)")
        throw Change()
      }
    }
    #expect(try database.psql("SELECT count(*) FROM t") == "0")
    let answer = try await connection.transaction { transaction in
      try await transaction.execute("INSERT INTO t VALUES (2)")
    }
    #expect(answer == 1)
    #expect(try database.psql("SELECT n FROM t") == "2")
  }

  @Test("a transaction whose body swallowed a failure does not pretend to be stored")
  func swallowed() async throws {
    let connection = Connection(try await TestDatabase.make().connectionString)
    let error = await #expect(throws: PostgreSQLError.self) {
      try await connection.transaction { transaction in _ = try? await transaction.query("SELECT 1/0") }
    }
    #expect(error?.sqlState == "25P02")
    #expect(await connection.isUsable)
  }

  @Test("transactions that cannot be serialized are tried again until both are in")
  func retry() async throws {
    let database = try await TestDatabase.make()
    try database.psql("CREATE TABLE counter (n bigint); INSERT INTO counter VALUES (0)")
    let pool = ConnectionPool(database.connectionString)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<6 {
        group.addTask {
          try await pool.transaction(isolation: .serializable, retries: 50) { transaction in
            let n = try await transaction.query("SELECT n FROM counter").first?.integer("n") ?? 0
            try await transaction.execute("UPDATE counter SET n = \(n + 1)")
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try database.psql("SELECT n FROM counter") == "6")
  }
}
