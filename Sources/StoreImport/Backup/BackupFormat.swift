import Foundation

/// What a backup begins with, what its parts are, and what it holds of the database.
enum BackupFormat {
  /// In front of the salt and of the sealed stream.
  static let mark = Array("snap-proxy backup 1\n".utf8)
  /// Of a piece of the stream, in bytes.
  static let piece = 1 << 20
  /// Of the JSON in front of each part, in bytes.
  static let longestHead = 1 << 20
  /// Of the rows that travel together, in bytes: where another part begins, and what is read at all.
  static let fullRows = 32 << 20
  static let longestRows = 512 << 20

  /// Everything that a store keeps, in an order in which it can be written again. What is not named here is made anew:
  /// nonces, the number of the generation, the numbers of audit rows.
  static let tables: [(name: String, columns: String, order: String)] = [
    ("configuration", "*", "name"), ("assertion", "*", "type, primary_key, format"), ("snap", "*", "snap_id"),
    ("snap_store", "*", "snap_id, store"), ("snap_icon", "*", "snap_id"), ("snap_export", "*", "snap_id"),
    ("snap_revision", "*", "snap_id, revision"),
    ("channel_release", "*", "snap_id, channel, architecture, period"),
    ("snap_override", "*", "snap_id, channel, architecture, period"), ("brand_store", "*", "store"),
    ("brand_administrator", "*", "brand_id"), ("audit", "at, actor, action, subject, details", "number"),
  ]

  /// Tables that a backup leaves out, on purpose.
  static let leftOut: Set<String> = ["schema_migration", "catalogue_state", "device_nonce"]
}

/// The JSON in front of a part of a backup, which says what follows and how long it is.
enum BackupPart: Codable, Equatable {
  /// The first: what made the backup.
  case head(BackupHead)
  /// Rows of a table, as a JSON array.
  case rows(table: String, bytes: UInt64)
  /// A file of the blob store.
  case file(sha3: String, bytes: UInt64)
  /// The last: nothing is missing.
  case end
}

/// What made a backup.
struct BackupHead: Codable, Equatable {
  /// The number of the newest step of the schema.
  let schema: Int
  /// When.
  let at: Date
  /// Settings of the unit; the connection to the database is not among them.
  let unit: [String: String]
  /// The last number of a change of overrides.
  let overrideChange: Int
  /// Whether the files are in it.
  let hasFiles: Bool
}
