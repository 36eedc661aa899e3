import PostgreSQL

/// The one row that every change of what is offered passes through.
enum CatalogueState {
  /// The channel of `NOTIFY`; the payload is the generation.
  static let channel = "snap_proxy_catalogue"

  /// Lets changes come one after the other until the end of the transaction, and thereby keeps them from waiting for
  /// each other's rows in a circle.
  static func lock(in transaction: Transaction) async throws(PostgreSQLError) {
    _ = try await transaction.query("SELECT generation FROM catalogue_state FOR UPDATE")
  }

  /// Begins a new generation, which all units hear of when the transaction is committed.
  static func announce(in transaction: Transaction) async throws(PostgreSQLError) {
    _ = try await transaction.query(
      """
      WITH next AS (
        UPDATE catalogue_state SET generation = generation + 1, changed_at = now() RETURNING generation
      )
      SELECT pg_notify(\(channel), generation::text) FROM next
      """)
  }

  static func generation(in database: any Queryable) async throws(PostgreSQLError) -> Int64 {
    let row = try await database.query("SELECT generation FROM catalogue_state").first
    return Int64(clamping: try row?.integer("generation") ?? 0)
  }
}
