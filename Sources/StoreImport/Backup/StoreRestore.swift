import Bundles
import Cryptography
public import FileSupport
import Foundation
import PostgreSQL
public import ProxyState
public import Reporting

/// Makes an empty store what a backup says. Files come first, each with its digest; then one transaction writes the rows
/// and the unit's settings, and a backup that was cut off, changed or made with another passphrase changes nothing.
public struct StoreRestore: Sendable {
  private let store: ProxyStore
  private let passphrase: String
  private let actor: String

  /// - Parameter actor: Who restores, for the audit.
  public init(into store: ProxyStore, passphrase: String, actor: String) {
    self.store = store
    self.passphrase = passphrase
    self.actor = actor
  }

  /// Makes sure that a file begins as a backup does; a pipe is not looked at.
  /// - Throws: ``BackupError/noBackup(path:)``, ``BackupError/cannotRead(path:reason:)``.
  public static func requireBackup(_ file: InputFile) throws(BackupError) { try BackupReader.requireMark(of: file) }

  /// What was restored.
  public struct Summary: Sendable, Hashable {
    /// Rows of the database.
    public var rows = 0
    /// Files of the blob store.
    public var files = 0
    /// Files that the store needs and does not have.
    public var missingFiles = 0
  }

  /// Reads the backup twice: once to see that it is whole and to take its files, once for its rows.
  /// - Throws: ``BackupError``.
  public func read(from file: InputFile, progress: any ProgressReporter = SilentProgress()) async throws -> Summary {
    try await store.blobGuard.whileWriting { connection in
      try await requireEmpty(in: connection)
      let known = try await connection.query("SELECT max(number) AS schema FROM schema_migration").first?
        .integer("schema")
      let (head, files) = try await onThread("restore") { [store, passphrase] in
        try Self.takeFiles(
          from: BackupReader(file, passphrase: passphrase), schema: known ?? 0, into: store.blobs,
          progress: progress)
      }
      let reader = try await onThread("restore") { [passphrase] in
        try BackupReader(file, passphrase: passphrase)
      }
      let rows = try await connection.transaction { transaction in
        try await requireEmpty(in: transaction)
        let rows = try await writeRows(from: reader, head: head, in: transaction)
        // Last: where it fails there are no rows either, and where the rows fail after it, the next restore finds an empty
        // store and the same settings.
        try await restoreUnit(head.unit)
        return rows
      }
      let needed = try await store.catalogue.files(in: connection)
      return Summary(rows: rows, files: files, missingFiles: needed.count { !store.blobs.contains($0) })
    }
  }

  private func requireEmpty(in database: any Queryable) async throws {
    for table in ["snap", "snap_override", "brand_store"] {
      let rows = try await database.query("SELECT 1 AS one FROM \(identifier: table) LIMIT 1")
      guard rows.isEmpty else { throw BackupError.notEmpty }
    }
    // The installation has imported a registration; the backup's takes its place.
    let rows = try await database.query(
      "SELECT 1 AS one FROM assertion WHERE type NOT IN ('account', 'account-key', 'store') LIMIT 1")
    guard rows.isEmpty else { throw BackupError.notEmpty }
  }

  private static func takeFiles(
    from reader: BackupReader, schema: Int, into blobs: BlobStore, progress: any ProgressReporter
  ) throws -> (BackupHead, files: Int) {
    guard case .head(let head) = try reader.next() else { throw BackupError.otherSchema(found: 0, known: schema) }
    guard head.schema == schema else { throw BackupError.otherSchema(found: head.schema, known: schema) }
    var files = 0
    while true {
      switch try reader.next() {
      case .head: continue
      case .rows(_, let bytes): try skip(bytes, of: reader)
      case .file(let hex, let bytes):
        try take(try SHA3Digest(hex: hex), bytes, from: reader, into: blobs, progress: progress)
        files += 1
      case .end:
        try reader.requireEnd()
        return (head, files)
      }
    }
  }

  private static func skip(_ count: UInt64, of reader: BackupReader) throws {
    var left = count
    while left > 0 {
      let piece = try reader.read(min(Int(clamping: left), BackupFormat.piece))
      left = Saturating.difference(left, UInt64(piece.count))
    }
  }

  private static func take(
    _ digest: SHA3Digest, _ size: UInt64, from reader: BackupReader, into blobs: BlobStore,
    progress: any ProgressReporter
  ) throws {
    let item = "Restoring \(digest.hex.prefix(12))"
    progress.began(item, bytes: size)
    var writer = try blobs.newBlob()
    var hasher = SHA3Hasher()
    var left = size
    while left > 0 {
      let piece = try reader.read(min(Int(clamping: left), BackupFormat.piece))
      try piece.withUnsafeBytes { try writer.write($0) }
      piece.withUnsafeBytes { hasher.update($0) }
      left = Saturating.difference(left, UInt64(piece.count))
      progress.advanced(item, by: UInt64(piece.count))
    }
    let found = hasher.finish()
    progress.finished(item, success: found == digest)
    guard found == digest else {
      writer.abandon()
      throw BundleError.digestMismatch(member: digest.hex, expected: digest.hex, found: found.hex)
    }
    try writer.commit(as: digest)
  }

  private func writeRows(from reader: BackupReader, head: BackupHead, in transaction: Transaction) async throws -> Int {
    try await transaction.execute("DELETE FROM configuration")
    try await transaction.execute("DELETE FROM assertion")
    let columns = Dictionary(uniqueKeysWithValues: BackupFormat.tables.map { ($0.name, $0.columns) })
    var count = 0
    reading: while true {
      switch try reader.next() {
      case .head: continue
      case .file(_, let bytes): try Self.skip(bytes, of: reader)
      case .end: break reading
      case .rows(let table, let bytes):
        guard let names = columns[table], let size = Int(exactly: bytes), size <= BackupFormat.longestRows else {
          throw BackupError.otherSchema(found: head.schema, known: head.schema)
        }
        let text = String(decoding: try reader.read(size), as: UTF8.self)
        Saturating.add(try await insert(text, into: table, names, in: transaction), to: &count)
      }
    }
    if head.overrideChange > 0 {
      _ = try await transaction.query("SELECT setval('override_change', \(head.overrideChange))")
    }
    try await store.audit.record(
      "restore", of: "store", by: actor, details: ["made": head.at.formatted(.iso8601)], in: transaction)
    try await store.catalogue.announceChange(in: transaction)
    return count
  }

  private func insert(
    _ rows: String, into table: String, _ columns: String, in transaction: Transaction
  ) async throws -> Int {
    switch table {
    // Rows of a new host's audit stay before those of the old one.
    case "audit":
      try await transaction.execute(
        """
        INSERT INTO audit (at, actor, action, subject, details)
        SELECT at, actor, action, subject, details FROM jsonb_populate_recordset(NULL::audit, \(rows)::jsonb)
        """)
    default:
      try await transaction.execute(
        """
        INSERT INTO \(identifier: table)
        SELECT * FROM jsonb_populate_recordset(NULL::\(identifier: table), \(rows)::jsonb)
        """)
    }
  }

  /// Settings that this host has stay as they are.
  private func restoreUnit(_ settings: [String: String]) async throws {
    let set = Set(try await store.configuration.all().filter(\.isSet).map(\.key))
    var changes: [ConfigurationKey: String?] = [:]
    for (name, value) in settings {
      guard let key = ConfigurationKey(named: name), key.scope == .unit, !set.contains(key) else { continue }
      changes.updateValue(value, forKey: key)
    }
    if !changes.isEmpty { try await store.configuration.set(changes) }
  }
}
