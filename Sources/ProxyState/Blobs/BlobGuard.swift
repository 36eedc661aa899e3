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

  /// A session that cannot even unlock has ended, and its lock with it.
  private static func release(_ connection: Connection) async {
    _ = try? await connection.query("SELECT pg_advisory_unlock_all()")
  }
}
