public import Foundation
public import PostgreSQL

/// One administrative change.
public struct AuditEntry: Sendable, Hashable {
  /// When it was committed, about.
  public let at: Date
  /// Who: an e-mail, or a user of the operating system.
  public let actor: String
  /// What: the verb, for example `push-snap`.
  public let action: String
  /// To what, for example a snap's name.
  public let subject: String
  /// What else is worth knowing; never a secret.
  public let details: [String: String]
}

/// Who changed what and when. The database refuses to change or remove a row.
public struct AuditRepository: Sendable {
  private let database: any Queryable

  /// The audit of a database.
  public init(database: any Queryable) { self.database = database }

  /// Adds a row, in the transaction that makes the change.
  public func record(
    _ action: String, of subject: String, by actor: String, details: [String: String] = [:], in database: any Queryable
  ) async throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(details), as: UTF8.self)
    try await database.execute(
      "INSERT INTO audit (actor, action, subject, details) VALUES (\(actor), \(action), \(subject), \(text))")
  }

  /// The newest rows, newest first.
  public func newest(_ count: Int = 100) async throws -> [AuditEntry] {
    try await database.query(
      "SELECT at, actor, action, subject, details FROM audit ORDER BY number DESC LIMIT \(count)"
    ).map { row in
      AuditEntry(
        at: try row.date("at"), actor: try row.text("actor"), action: try row.text("action"),
        subject: try row.text("subject"),
        details: try JSONDecoder().decode([String: String].self, from: Data(try row.text("details").utf8)))
    }
  }
}
