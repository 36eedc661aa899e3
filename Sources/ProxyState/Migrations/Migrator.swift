import PostgreSQL

/// Brings a database to the schema of this program, with the secrets that every store has.
struct Migrator: Sendable {
  let migrations: [Migration]

  init(_ migrations: [Migration] = Migration.all) { self.migrations = migrations }

  /// Runs what is pending, all in one transaction; programs that come at once wait for each other.
  func migrate(_ database: ConnectionPool) async throws {
    try await database.transaction { transaction in
      _ = try await transaction.query("SELECT pg_advisory_xact_lock(\(AdvisoryLock.migration))")
      try await transaction.execute(script: Self.bookkeeping)
      let landed = try await landed(in: transaction)
      if let newest = landed.keys.max(), newest > migrations.count {
        throw MigrationError.schemaIsNewer(found: newest, known: migrations.count)
      }
      if landed.isEmpty { try await requireExtension("btree_gist", in: transaction) }
      for migration in migrations {
        if let digest = landed[migration.number] {
          guard digest == migration.digest else {
            throw MigrationError.stepDiffers(number: migration.number, name: migration.name)
          }
          continue
        }
        try await transaction.execute(script: migration.script)
        try await transaction.execute(
          """
          INSERT INTO schema_migration (number, name, sha3_384)
          VALUES (\(migration.number), \(migration.name), \(migration.digest))
          """)
      }
      // Here, so that no command and no server ever sees the database without them.
      try await ConfigurationRepository.makeSecrets(in: transaction)
    }
  }

  private func landed(in transaction: Transaction) async throws -> [Int: String] {
    let rows = try await transaction.query("SELECT number, sha3_384 FROM schema_migration")
    return try Dictionary(rows.map { (try $0.integer("number"), try $0.text("sha3_384")) }) { $1 }
  }

  /// `CREATE EXTENSION` needs the right to create in the database; without it an operator must do it once.
  private func requireExtension(_ name: String, in transaction: Transaction) async throws {
    let known = try await transaction.query("SELECT 1 AS one FROM pg_extension WHERE extname = \(name)")
    guard known.isEmpty else { return }
    let row = try await transaction.query("SELECT current_database() AS name").first
    let database = try row?.text("name") ?? "?"
    do {
      try await transaction.execute("CREATE EXTENSION \(identifier: name)")
    } catch {
      guard case .statementFailed(_, let reason, _) = error else { throw error }
      throw PostgreSQLError.extensionMissing(name: name, database: database, reason: reason)
    }
  }

  private static let bookkeeping = """
    SET LOCAL client_min_messages TO warning;
    CREATE TABLE IF NOT EXISTS schema_migration (
      number integer PRIMARY KEY,
      name text NOT NULL,
      sha3_384 text NOT NULL,
      landed_at timestamptz NOT NULL DEFAULT now()
    );
    """
}

/// Numbers of locks that programs of this package take in a shared database.
enum AdvisoryLock {
  static let migration: Int64 = 0x736e_6170_0001
  static let blobs: Int64 = 0x736e_6170_0002
}
