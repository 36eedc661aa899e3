public import PostgreSQL

/// Keeps those who write files apart from those who remove files that belong to nothing, on all units: between a file's
/// rename and the commit of its row it belongs to nothing.
public struct BlobGuard: Sendable {
  private let database: ConnectionPool

  /// The guard of all who share a database.
  public init(database: ConnectionPool) { self.database = database }

  /// Runs `body` while nobody removes. The transaction that makes the files visible must run on the connection that
  /// `body` gets: if that breaks, the guard and the transaction end together.
  @discardableResult
  public func whileWriting<Value: Sendable>(
    _ body: @Sendable (Connection) async throws -> Value
  ) async throws -> Value {
    try await database.withConnection { connection in
      if try await connection.isPooled() { return try await whileWriting(besides: connection, body) }
      _ = try await connection.query("SELECT pg_advisory_lock_shared(\(AdvisoryLock.blobs))")
      do {
        let value = try await body(connection)
        _ = try await connection.query("SELECT pg_advisory_unlock_shared(\(AdvisoryLock.blobs))")
        return value
      } catch {
        await Self.release(connection)
        throw error
      }
    }
  }

  /// Runs `body` while nobody writes.
  /// - Throws: ``BlobStoreError/busy`` at once where somebody does.
  @discardableResult
  public func alone<Value: Sendable>(_ body: @Sendable (Connection) async throws -> Value) async throws -> Value {
    try await database.withConnection { connection in
      if try await connection.isPooled() { return try await alone(within: connection, body) }
      let row = try await connection.query("SELECT pg_try_advisory_lock(\(AdvisoryLock.blobs)) AS held").first
      guard try row?.boolean("held") == true else { throw BlobStoreError.busy }
      do {
        let value = try await body(connection)
        _ = try await connection.query("SELECT pg_advisory_unlock(\(AdvisoryLock.blobs))")
        return value
      } catch {
        await Self.release(connection)
        throw error
      }
    }
  }

  // Behind a pooler a session's lock stays with a session of the server that the next transaction does not get. There the
  // lock belongs to a transaction that is open for as long as `body` runs.

  private func whileWriting<Value: Sendable>(
    besides connection: Connection, _ body: @Sendable (Connection) async throws -> Value
  ) async throws -> Value {
    try await database.transaction { holder in
      try await Self.prepareToWait(in: holder)
      _ = try await holder.query("SELECT pg_advisory_xact_lock_shared(\(AdvisoryLock.blobs))")
      // What makes the files visible has the lock, too, and is committed only if the holder had it until then.
      await connection.checkCommits { transaction in
        _ = try await transaction.query("SELECT pg_advisory_xact_lock_shared(\(AdvisoryLock.blobs))")
        do { _ = try await holder.query("SELECT 1") } catch { throw BlobStoreError.guardLost }
      }
      do {
        let value = try await body(connection)
        await connection.checkCommits(by: nil)
        return value
      } catch {
        await connection.checkCommits(by: nil)
        throw error
      }
    }
  }

  private func alone<Value: Sendable>(
    within connection: Connection, _ body: @Sendable (Connection) async throws -> Value
  ) async throws -> Value {
    try await connection.transaction { holder in
      try await Self.prepareToWait(in: holder)
      let row = try await holder.query("SELECT pg_try_advisory_xact_lock(\(AdvisoryLock.blobs)) AS held").first
      guard try row?.boolean("held") == true else { throw BlobStoreError.busy }
      return try await body(connection)
    }
  }

  /// A push may take hours, in which the transaction that holds the lock does nothing.
  private static func prepareToWait(in transaction: Transaction) async throws {
    try await transaction.execute("SET LOCAL idle_in_transaction_session_timeout TO 0")
  }

  /// A session that cannot even unlock has ended, and its lock with it.
  private static func release(_ connection: Connection) async {
    _ = try? await connection.query("SELECT pg_advisory_unlock_all()")
  }
}
