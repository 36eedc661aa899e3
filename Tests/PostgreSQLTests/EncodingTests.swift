import PostgreSQL
import PostgreSQLTesting
import Reporting
import Testing

@Suite("The encoding of a database") struct EncodingTests {
  @Test(
    "another one than UTF-8 is refused, with the statement that makes the right one",
    arguments: ["LATIN1", "SQL_ASCII"])
  func refused(encoding: String) async throws {
    let database = try await TestCluster.shared().makeDatabase(encoding: encoding)
    let error = await #expect(throws: PostgreSQLError.self) {
      try await Connection(database.connectionString).query("SELECT 1 AS one")
    }
    #expect(error?.kind == .notConfigured)
    #expect(error?.message.contains("its encoding is \(encoding)") == true, "\(String(describing: error))")
    #expect(
      error?.advice?.hasSuffix(
        "CREATE DATABASE \"\(database.name)_utf8\" OWNER \"snapstore\" ENCODING 'UTF8' TEMPLATE template0") == true)
  }
}
