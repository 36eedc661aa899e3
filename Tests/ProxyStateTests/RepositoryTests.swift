import Foundation
import PostgreSQL
import PostgreSQLTesting
import ProxyState
import Testing

@Suite("Nonces") struct NonceRepositoryTests {
  @Test("count once, until they expire")
  func once() async throws {
    let test = try await TestStore.make()
    let nonces = test.store.nonces
    let start = Date(timeIntervalSince1970: 1_800_000_000)
    #expect(try await nonces.use("one", until: start + 60) == .first)
    #expect(try await nonces.use("one", until: start + 60) == .again)
    #expect(try await nonces.use("zero\0byte", until: start + 60) == .again)
    try await nonces.removeExpired(now: start + 59)
    #expect(try await nonces.use("one", until: start + 60) == .again)
    let small = NonceRepository(database: test.store.database, maximum: 2)
    #expect(try await small.use("two", until: start + 60) == .first)
    #expect(try await small.use("three", until: start + 60) == .full)
    #expect(try await small.use("two", until: start + 60) == .again)
    try await nonces.removeExpired(now: start + 61)
    #expect(try test.database.psql("SELECT count(*) FROM device_nonce") == "0")
  }

  @Test("of many who use one at once, one succeeds", .timeLimit(.minutes(5)))
  func race() async throws {
    let test = try await TestStore.make()
    let successes = try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 { group.addTask { try await test.store.nonces.use("one", until: Date() + 60) == .first } }
      return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(successes == 1)
  }
}

@Suite("Audit") struct AuditRepositoryTests {
  @Test("keeps what happened, newest first, in the transaction of the change")
  func records() async throws {
    let test = try await TestStore.make()
    let audit = test.store.audit
    struct Failure: Error {}
    try await test.store.database.transaction {
      try await audit.record("push-snap", of: "jq", by: "root", details: ["revision": "6"], in: $0)
    }
    await #expect(throws: Failure.self) {
      try await test.store.database.transaction {
        try await audit.record("push-snap", of: "lost", by: "root", in: $0)
        throw Failure()
      }
    }
    try await audit.record("remove-snap", of: "jq", by: "admin@example.com", in: test.store.database)
    let entries = try await audit.newest()
    #expect(entries.map(\.action) == ["remove-snap", "push-snap"])
    #expect(entries.last?.details == ["revision": "6"])
    #expect(entries.last?.actor == "root")
  }

  @Test(
    "the database refuses to change or remove a row",
    arguments: ["UPDATE audit SET actor = 'x'", "DELETE FROM audit", "TRUNCATE audit"])
  func appendOnly(statement: String) async throws {
    let test = try await TestStore.make()
    try await test.store.audit.record("push-snap", of: "jq", by: "root", in: test.store.database)
    #expect(throws: (any Error).self) { try test.database.psql(statement) }
    #expect(try test.database.psql("SELECT actor FROM audit") == "root")
  }
}
