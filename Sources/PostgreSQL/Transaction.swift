/// The statements of one transaction; valid inside the body of ``Connection/transaction(isolation:retries:_:)`` only.
public struct Transaction: Queryable {
  let connection: Connection

  /// Runs a statement and returns its rows.
  public func query(_ sql: SQL) async throws(PostgreSQLError) -> [Row] { try await connection.query(sql) }

  /// Runs a statement and returns how many rows it changed.
  @discardableResult
  public func execute(_ sql: SQL) async throws(PostgreSQLError) -> Int { try await connection.execute(sql) }

  /// Runs many statements in one round trip.
  public func execute(batch: [SQL]) async throws(PostgreSQLError) { try await connection.execute(batch: batch) }

  /// Runs a text of the program with several statements, for example a migration.
  public func execute(script: String) async throws(PostgreSQLError) { try await connection.execute(script: script) }
}

/// What a transaction sees of others that run at the same time.
public enum IsolationLevel: String, Sendable {
  /// Each statement sees what was committed before it.
  case readCommitted = "READ COMMITTED"
  /// All statements see the same moment.
  case repeatableRead = "REPEATABLE READ"
  /// As if the transactions ran one after the other.
  case serializable = "SERIALIZABLE"
}
