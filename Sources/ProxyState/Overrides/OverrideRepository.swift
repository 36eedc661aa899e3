import Foundation
public import PostgreSQL
public import StoreModel

/// Revision overrides, one row a snap, channel and architecture. Ended rows stay; what happened when, and through whom,
/// is read from the audit, which nobody can change.
public struct OverrideRepository: Sendable {
  private let database: ConnectionPool
  private static let action = "override"

  /// The overrides of a database.
  public init(database: ConnectionPool) { self.database = database }

  /// The overrides in force, by snap and slot; of every snap where `name` is `nil`.
  public func current(of name: SnapName? = nil) async throws -> [SnapOverride] {
    try await Self.current(of: name, in: database)
  }

  static func current(of name: SnapName?, in database: any Queryable) async throws -> [SnapOverride] {
    let text = name?.description
    return try await database.query(
      """
      SELECT snap_id, snap_name, channel, architecture, revision, set_by, lower(period) AS since FROM snap_override
      WHERE upper_inf(period) AND (\(text)::text IS NULL OR snap_name = \(text)::text)
      """
    ).map { row in
      SnapOverride(
        id: try SnapID(parsing: row.text("snap_id")), name: try SnapName(parsing: row.text("snap_name")),
        slot: try slot(row), revision: try Revision(row.integer("revision")), since: try row.date("since"),
        actor: try row.text("set_by"))
    }.sorted { ($0.name, $0.slot) < ($1.name, $1.slot) }
  }

  /// Makes all changes, or none. What counts already is no change; a revision for all architectures takes the place of
  /// the overrides of single ones.
  ///
  /// Changes of all units come one after the other; every unit hears of them.
  /// - Returns: What was changed, in the order of the slots.
  @discardableResult
  public func apply(
    _ changes: [OverrideChange], by author: OverrideAuthor, undoing undone: Int? = nil
  ) async throws -> [OverrideChange] {
    try await database.transaction { transaction in
      try await CatalogueState.lock(in: transaction)
      return try await Self.apply(changes, by: author, undoing: undone, in: transaction)
    }
  }

  private static func apply(
    _ changes: [OverrideChange], by author: OverrideAuthor, undoing undone: Int?, in transaction: Transaction
  ) async throws -> [OverrideChange] {
    var inForce: [SlotOfSnap: Revision] = [:]
    for override in try await current(of: nil, in: transaction) {
      inForce[SlotOfSnap(id: override.id, slot: override.slot)] = override.revision
    }
    var wanted: [SlotOfSnap: OverrideChange] = [:]
    for change in changes {
      // A request may name a slot twice; the last word counts.
      for shadowed in inForce.keys where change.revision != nil && shadowed.isShadowed(by: change) {
        wanted[shadowed] = OverrideChange(id: change.id, name: change.name, slot: shadowed.slot, revision: nil)
      }
      wanted[SlotOfSnap(id: change.id, slot: change.slot)] = change
    }
    let real = wanted.filter { inForce[$0.key] != $0.value.revision }
      .sorted { ($0.value.name, $0.key.slot) < ($1.value.name, $1.key.slot) }
    guard !real.isEmpty else { return [] }
    let number = try await transaction.query("SELECT nextval('override_change') AS number").first?.integer("number")
    for (key, change) in real {
      try await end(key, in: transaction)
      if let revision = change.revision {
        try await transaction.execute(
          """
          INSERT INTO snap_override (snap_id, snap_name, channel, architecture, revision, set_by, period)
          VALUES (\(change.id.description), \(change.name.description), \(change.slot.channel.description),
            \(change.slot.architecture.description), \(revision.number), \(author.name),
            tstzrange(clock_timestamp(), NULL))
          """)
      }
      try await AuditRepository(database: transaction).record(
        action, of: change.name.description, by: author.name,
        details: details(of: change, number: number ?? 0, from: inForce[key], author: author, undoing: undone),
        in: transaction)
    }
    try await CatalogueState.announce(in: transaction)
    return real.map(\.value)
  }

  private static func end(_ key: SlotOfSnap, in transaction: Transaction) async throws {
    try await transaction.execute(
      """
      UPDATE snap_override
      SET period = tstzrange(lower(period), greatest(clock_timestamp(), lower(period) + interval '1 microsecond'))
      WHERE snap_id = \(key.id.description) AND channel = \(key.slot.channel.description)
        AND architecture = \(key.slot.architecture.description) AND upper_inf(period)
      """)
  }

  private static func details(
    of change: OverrideChange, number: Int, from previous: Revision?, author: OverrideAuthor, undoing undone: Int?
  ) -> [String: String] {
    var details = [
      "change": String(number), "way": author.way.rawValue, "snap-id": change.id.description,
      "channel": change.slot.channel.description, "architecture": change.slot.architecture.description,
    ]
    details["from"] = previous?.description
    details["to"] = change.revision?.description
    details["undoes"] = undone.map(String.init)
    return details
  }

  /// The newest changes, newest first; of every snap where `name` is `nil`.
  public func history(of name: SnapName? = nil, limit: Int = 100) async throws -> [PastOverrideChange] {
    let text = name?.description
    let rows = try await database.query(
      """
      SELECT at, actor, subject, details FROM audit
      WHERE action = \(Self.action) AND (\(text)::text IS NULL OR subject = \(text)::text)
      ORDER BY number DESC LIMIT \(limit)
      """)
    return try Self.history(rows)
  }

  /// Takes a change back: the named one, else the newest that took nothing back and was not taken back.
  /// - Throws: ``OverrideError``, also where something else counts by now in one of its slots.
  public func undo(_ number: Int?, by author: OverrideAuthor) async throws -> [OverrideChange] {
    try await database.transaction { transaction in
      try await CatalogueState.lock(in: transaction)
      let number = try await Self.undoable(number, in: transaction)
      let rows = try await transaction.query(
        """
        SELECT at, actor, subject, details FROM audit
        WHERE action = \(Self.action) AND details->>'change' = \(String(number)) ORDER BY number
        """)
      let lines = try Self.history(rows)
      guard !lines.isEmpty else { throw OverrideError.unknownChange(number) }
      var inForce: [SlotOfSnap: Revision] = [:]
      for override in try await Self.current(of: nil, in: transaction) {
        inForce[SlotOfSnap(id: override.id, slot: override.slot)] = override.revision
      }
      for line in lines where inForce[SlotOfSnap(id: line.id, slot: line.slot)] != line.revision {
        throw OverrideError.changedSince(change: number, name: line.name, slot: line.slot)
      }
      return try await Self.apply(
        lines.map { OverrideChange(id: $0.id, name: $0.name, slot: $0.slot, revision: $0.previous) }, by: author,
        undoing: number, in: transaction)
    }
  }

  private static func undoable(_ number: Int?, in transaction: Transaction) async throws -> Int {
    if let number { return number }
    let row = try await transaction.query(
      """
      SELECT details->>'change' AS change FROM audit AS a
      WHERE action = \(action) AND NOT details ? 'undoes' AND NOT EXISTS (
        SELECT FROM audit AS b WHERE b.action = \(action) AND b.details->>'undoes' = a.details->>'change')
      ORDER BY number DESC LIMIT 1
      """
    ).first
    guard let row, let newest = Int(try row.text("change")) else { throw OverrideError.nothingToUndo }
    return newest
  }

  private static func history(_ rows: [Row]) throws -> [PastOverrideChange] {
    try rows.map { row in
      let details = try JSONDecoder().decode([String: String].self, from: Data(try row.text("details").utf8))
      return PastOverrideChange(
        change: details["change"].flatMap { Int($0, radix: 10) } ?? 0, at: try row.date("at"),
        author: OverrideAuthor(
          try row.text("actor"), by: details["way"].flatMap(OverrideAuthor.Way.init(rawValue:)) ?? .command),
        id: try SnapID(parsing: details["snap-id"] ?? ""), name: try SnapName(parsing: row.text("subject")),
        slot: ReleaseSlot(
          channel: try Channel(parsing: details["channel"] ?? ""),
          architecture: try Architecture(parsing: details["architecture"] ?? "")),
        previous: try details["from"].map { try Revision(parsing: $0) },
        revision: try details["to"].map { try Revision(parsing: $0) },
        undoes: details["undoes"].flatMap { Int($0, radix: 10) })
    }
  }

  private static func slot(_ row: Row) throws -> ReleaseSlot {
    ReleaseSlot(
      channel: try Channel(parsing: row.text("channel")),
      architecture: try Architecture(parsing: row.text("architecture")))
  }
}

/// A slot of one snap.
private struct SlotOfSnap: Hashable {
  let id: SnapID
  let slot: ReleaseSlot

  /// Whether the change is for all architectures, this one included.
  func isShadowed(by change: OverrideChange) -> Bool {
    id == change.id && slot.channel == change.slot.channel && change.slot.architecture == .all
      && slot.architecture != .all
  }
}
