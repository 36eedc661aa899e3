import PostgreSQL
import PostgreSQLTesting
import Testing

@Suite("Notification listener") struct NotificationListenerTests {
  @Test("hears what is notified after it said that it listens, in order", .timeLimit(.minutes(5)))
  func hears() async throws {
    let database = try await TestDatabase.make()
    var events = NotificationListener(database.connectionString).events(on: ["news", "Odd \"Name\""])
      .makeAsyncIterator()
    #expect(try await events.next() == .listening)
    try database.psql("NOTIFY news, 'one'; NOTIFY other, 'x'; NOTIFY \"Odd \"\"Name\"\"\"; NOTIFY news, 'two'")
    #expect(try await events.next() == .notified(channel: "news", payload: "one"))
    #expect(try await events.next() == .notified(channel: "Odd \"Name\"", payload: ""))
    #expect(try await events.next() == .notified(channel: "news", payload: "two"))
  }

  @Test("ends with an error when the connection breaks", .timeLimit(.minutes(5)))
  func breaks() async throws {
    let database = try await TestDatabase.make()
    var events = NotificationListener(database.connectionString).events(on: ["news"]).makeAsyncIterator()
    #expect(try await events.next() == .listening)
    try database.psql(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(database.name)' "
        + "AND pid <> pg_backend_pid()")
    await #expect(throws: PostgreSQLError.self) { try await events.next() }
  }

  @Test("lets go of its connection when nobody listens to it any more", .timeLimit(.minutes(5)))
  func letsGo() async throws {
    let database = try await TestDatabase.make()
    for try await event in NotificationListener(database.connectionString).events(on: ["news"]) {
      #expect(event == .listening)
      break
    }
    let others: SQL =
      "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    let connection = Connection(database.connectionString)
    while try await connection.query(others).first?.integer("n") != 0 { await Task.yield() }
  }
}
