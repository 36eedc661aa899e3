import Bundles
import Cryptography
public import FileSupport
import Foundation
import Glibc
import PostgreSQL
public import ProxyState
public import Reporting

/// Makes a backup of a store: settings with their secrets, the database and, if wanted, the files; sealed under a
/// passphrase. Everything of the database is of one moment, while the store goes on.
public struct StoreBackup: Sendable {
  /// Characters of a passphrase.
  public static let shortestPassphrase = 12

  private let store: ProxyStore
  private let passphrase: String

  /// - Throws: ``BackupError/weakPassphrase(shortest:)``.
  public init(of store: ProxyStore, passphrase: String) throws(BackupError) {
    guard passphrase.count >= Self.shortestPassphrase else {
      throw .weakPassphrase(shortest: Self.shortestPassphrase)
    }
    self.store = store
    self.passphrase = passphrase
  }

  /// What a backup holds.
  public struct Summary: Sendable, Hashable {
    /// Rows of the database.
    public var rows = 0
    /// Files of the blob store.
    public var files = 0
    /// Of the backup, in bytes.
    public var bytes = 0
  }

  /// Writes the backup and gives the file its name.
  /// - Parameter includingFiles: Whether the files of the blob store come along; otherwise they must be copied, or their
  ///   tarballs be pushed again.
  public func write(
    to file: OutputFile, includingFiles: Bool, progress: any ProgressReporter = SilentProgress()
  ) async throws -> Summary {
    // Nobody removes files meanwhile.
    try await store.blobGuard.whileWriting { connection in
      let writer = try await onThread("backup") { [passphrase] in
        try BackupWriter(file, passphrase: passphrase)
      }
      let unit = try await unitSettings()
      var (summary, files) = try await connection.transaction(isolation: .repeatableRead) { transaction in
        try writer.begin(.head(try await head(unit: unit, hasFiles: includingFiles, in: transaction)))
        var summary = Summary()
        for table in BackupFormat.tables {
          Saturating.add(try await write(table, to: writer, in: transaction), to: &summary.rows)
        }
        return (summary, includingFiles ? try await store.catalogue.files(in: transaction) : [])
      }
      for digest in files.sorted(by: { $0.hex < $1.hex }) {
        let file = store.blobs.path(of: digest)
        try await onThread("backup") { try Self.write(file, digest, to: writer, progress: progress) }
        summary.files += 1
      }
      summary.bytes = try await onThread("backup") {
        try writer.finish()
        return writer.count
      }
      return summary
    }
  }

  private func unitSettings() async throws -> [String: String] {
    let settings = try await store.configuration.all()
      .filter { $0.key.scope == .unit && $0.isSet && $0.key != .databaseConnection }
    return Dictionary(settings.map { ($0.key.name, $0.value ?? "") }) { $1 }
  }

  private func head(unit: [String: String], hasFiles: Bool, in transaction: Transaction) async throws -> BackupHead {
    let row = try await transaction.query(
      """
      SELECT (SELECT max(number) FROM schema_migration) AS schema,
        (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM override_change) AS change
      """
    ).first
    return BackupHead(
      schema: try row?.integer("schema") ?? 0, at: Date(), unit: unit, overrideChange: try row?.integer("change") ?? 0,
      hasFiles: hasFiles)
  }

  private func write(
    _ table: (name: String, columns: String, order: String), to writer: BackupWriter, in transaction: Transaction
  ) async throws -> Int {
    // The names are the program's own.
    try await transaction.execute(
      script: """
        DECLARE backup_rows NO SCROLL CURSOR FOR
        SELECT to_jsonb(t)::text AS row FROM (SELECT \(table.columns) FROM \(table.name) ORDER BY \(table.order)) AS t
        """)
    var count = 0
    while true {
      let rows = try await transaction.query("FETCH 500 FROM backup_rows").map { try $0.text("row") }
      guard !rows.isEmpty else { break }
      try writer.write(rows: rows, of: table.name)
      Saturating.add(rows.count, to: &count)
    }
    try await transaction.execute(script: "CLOSE backup_rows")
    return count
  }

  private static func write(
    _ path: String, _ digest: SHA3Digest, to writer: BackupWriter, progress: any ProgressReporter
  ) throws {
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw BackupError.cannotRead(path: path, reason: String(cString: strerror(errno)))
    }
    defer { try? file.close() }
    let size = try file.seekToEnd()
    try file.seek(toOffset: 0)
    let item = "Backing up \(digest.hex.prefix(12))"
    progress.began(item, bytes: size)
    try writer.begin(.file(sha3: digest.hex, bytes: size))
    var left = size
    while left > 0, let piece = try file.read(upToCount: min(Int(clamping: left), BackupFormat.piece)), !piece.isEmpty {
      try writer.write(piece)
      left = Saturating.difference(left, UInt64(piece.count))
      progress.advanced(item, by: UInt64(piece.count))
    }
    progress.finished(item, success: left == 0)
    guard left == 0 else { throw BackupError.cannotRead(path: path, reason: "it is shorter than it was") }
  }
}
