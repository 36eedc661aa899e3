import Foundation
import PostgreSQL
import PostgreSQLTesting
import Testing

@Suite("Statements") struct StatementTests {
  @Test("values of every type come back as they went")
  func roundTrip() async throws {
    let connection = Connection(try await TestDatabase.make().connectionString)
    let text = "O'Brien \\ \"quoted\" $1 ünï\n"
    let bytes = (0...255).map { UInt8($0) }
    let date = Date(timeIntervalSince1970: 1_700_000_000.123456)
    let texts = ["", "a,b", "\"q\"", "back\\slash", "NULL", "{}", "ü"]
    let nothing: String? = nil
    let row = try #require(
      try await connection.query(
        """
        SELECT \(text)::text AS t, \(42)::bigint AS i, \(Int64.min) AS min, \(true) AS b, \(0.1) AS d,
          \(date) AS at, \(bytes) AS bytes, \(texts) AS texts, \([Int64(1), -2]) AS numbers, \(nothing)::text AS n,
          \([UInt8]()) AS nobytes, \([String]()) AS none, \("{\"a\": 1}")::jsonb ->> 'a' AS json
        """
      ).first)
    #expect(try row.text("t") == text)
    #expect(try row.integer("i") == 42)
    #expect(try row.integer("min") == Int(Int64.min))
    #expect(try row.boolean("b"))
    #expect(try row.number("d") == 0.1)
    #expect(abs(try row.date("at").timeIntervalSince(date)) < 0.000_001)
    #expect(try row.bytes("bytes") == bytes)
    #expect(try row.texts("texts") == texts)
    #expect(try row.texts("numbers") == ["1", "-2"])
    #expect(row.isNull("n"))
    #expect(try row.optionalText("n") == nil)
    #expect(try row.bytes("nobytes") == [])
    #expect(try row.texts("none") == [])
    #expect(try row.text("json") == "1")
  }

  @Test("columns become rows: texts, bytes, and arrays of different lengths")
  func columns() async throws {
    let connection = Connection(try await TestDatabase.make().connectionString)
    let bytes: [[UInt8]] = [(0...255).map { UInt8($0) }, [], Array("\"\\".utf8)]
    let arrays = [["a", "b,c"], [], ["\"q\"", "back\\slash", "{}", "NULL", ""]]
    let rows = try await connection.query(
      """
      SELECT texts::text[], bytes, number FROM unnest(\(arrays), \(bytes)) WITH ORDINALITY AS new (texts, bytes, number)
      ORDER BY number
      """)
    #expect(try rows.map { try $0.texts("texts") } == arrays)
    #expect(try rows.map { try $0.bytes("bytes") } == bytes)
    #expect(try await connection.query("SELECT \([[UInt8]]()) AS none").first?.text("none") == "{}")
  }

  @Test(
    "timestamps mean the same to us and to the server",
    arguments: [
      ("1970-01-01 00:00:00Z", 0), ("2000-02-29 23:59:59.5Z", 951_868_799.5), ("1969-12-31 23:59:59Z", -1),
      ("2024-05-06 07:08:09+02:30", 1_714_970_289), ("9999-12-31 00:00:00Z", 253_402_214_400),
    ])
  func timestamps(text: String, seconds: Double) async throws {
    let connection = Connection(try await TestDatabase.make().connectionString)
    let row = try await connection.query(
      "SELECT \(text)::timestamptz AS a, \(text)::timestamptz = \(Date(timeIntervalSince1970: seconds)) AS same")
    #expect(try row.first?.date("a") == Date(timeIntervalSince1970: seconds))
    #expect(try row.first?.boolean("same") == true)
  }

  @Test("infinite timestamps are the most distant dates, both ways")
  func infinity() async throws {
    let connection = Connection(try await TestDatabase.make().connectionString)
    let row = try #require(
      try await connection.query(
        "SELECT 'infinity'::timestamptz AS a, \(Date.distantFuture) = 'infinity' AS b, '-infinity'::timestamptz AS c"
      ).first)
    #expect(try row.date("a") == .distantFuture)
    #expect(try row.boolean("b"))
    #expect(try row.date("c") == .distantPast)
  }

  @Test("an interpolated value is never part of the text")
  func injection() async throws {
    let connection = Connection(try await TestDatabase.make().connectionString)
    let evil = "x'); DROP TABLE t; --"
    try await connection.execute("CREATE TABLE t (name text)")
    try await connection.execute("INSERT INTO t VALUES (\(evil))")
    #expect(try await connection.query("SELECT name FROM t").first?.text("name") == evil)
    let part: SQL = "name = \(evil)"
    let whole: SQL = "SELECT count(*) AS n FROM t WHERE \(1) = \(1) AND \(part)"
    #expect(whole.text == "SELECT count(*) AS n FROM t WHERE $1 = $2 AND name = $3")
    #expect(try await connection.query(whole).first?.integer("n") == 1)
  }

  @Test("a zero byte in a text is refused, not cut off")
  func zero() async throws {
    let connection = Connection(try await TestDatabase.make().connectionString)
    await #expect(throws: PostgreSQLError.textHoldsZero) { try await connection.query("SELECT \("a\0b")::text") }
  }

  @Test("a wrong column or type is named")
  func unreadable() async throws {
    let connection = Connection(try await TestDatabase.make().connectionString)
    let row = try #require(try await connection.query("SELECT 'x' AS a, NULL AS b").first)
    #expect(throws: PostgreSQLError.unreadable(column: "a", expected: "an integer")) { try row.integer("a") }
    #expect(throws: PostgreSQLError.unreadable(column: "b", expected: "a text")) { try row.text("b") }
    #expect(throws: PostgreSQLError.self) { try row.optionalText("c") }
  }

  @Test("a failed statement tells state and constraint, and no value")
  func failure() async throws {
    let connection = Connection(try await TestDatabase.make().connectionString)
    try await connection.execute("CREATE TABLE t (name text CONSTRAINT one_name UNIQUE)")
    let secret = "hunter2"
    try await connection.execute("INSERT INTO t VALUES (\(secret))")
    let duplicate = await #expect(throws: PostgreSQLError.self) {
      try await connection.execute("INSERT INTO t VALUES (\(secret))")
    }
    #expect(duplicate?.sqlState == "23505")
    if case .statementFailed(_, _, let constraint) = duplicate { #expect(constraint == "one_name") }
    let malformed = await #expect(throws: PostgreSQLError.self) { try await connection.query("SELECT \(secret)::int") }
    for error in [duplicate, malformed] { #expect(error?.message.contains(secret) == false) }
  }

  @Test("ten thousand statements in one batch, all or none")
  func batch() async throws {
    let database = try await TestDatabase.make()
    let connection = Connection(database.connectionString)
    try await connection.execute("CREATE TABLE t (n bigint PRIMARY KEY, filler text)")
    let filler = String(repeating: "x", count: 200)
    try await connection.execute(batch: (0..<10_000).map { "INSERT INTO t VALUES (\($0), \(filler)) RETURNING filler" })
    #expect(try database.psql("SELECT count(*) FROM t") == "10000")
    let error = await #expect(throws: PostgreSQLError.self) {
      try await connection.execute(batch: [20_000, 1, 20_001].map { "INSERT INTO t VALUES (\($0), '')" })
    }
    #expect(error?.sqlState == "23505")
    #expect(try database.psql("SELECT count(*) FROM t") == "10000")
    #expect(try await connection.query("SELECT 1 AS one").count == 1)
  }
}
