/// What takes statements: a connection, a transaction, or a pool that chooses a connection for each statement.
public protocol Queryable: Sendable {
  /// Runs a statement and returns its rows.
  func query(_ sql: SQL) async throws(PostgreSQLError) -> [Row]

  /// Runs a statement and returns how many rows it changed.
  @discardableResult
  func execute(_ sql: SQL) async throws(PostgreSQLError) -> Int

  /// Runs many statements in one round trip; outside of a transaction all of them or none take effect.
  func execute(batch: [SQL]) async throws(PostgreSQLError)
}
