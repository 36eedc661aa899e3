import Cryptography
import Foundation
import PostgreSQL
import StoreModel

/// Writes the rows of some snaps, with a few statements for all of them: a store has thousands. Writing the same twice
/// changes nothing.
struct CatalogueImporter {
  private let transaction: Transaction
  /// No snap twice.
  private var snaps: [SnapImport]
  private let ids: [String]
  /// Those of which the store has something newer.
  private var older: Set<SnapID> = []
  private var outcomes: [SnapID: SnapImportOutcome] = [:]

  init(_ snaps: [SnapImport], in transaction: Transaction) {
    self.snaps = snaps
    self.transaction = transaction
    ids = snaps.map(\.id.description)
  }

  /// - Returns: In the order of the snaps.
  mutating func run(replacingChannelMap: Bool, allowingRollback: Bool) async throws -> [SnapImportOutcome] {
    let exports = SnapExports(transaction: transaction)
    let outdated = allowingRollback ? [] : try await exports.outdated(snaps)
    try await followAssertions(outdated: outdated)
    try await writeSnaps()
    try await writeListings()
    try await writeIcons()
    try await writeRevisions()
    try await release(replacing: replacingChannelMap, outdated: outdated)
    try await exports.record(snaps.filter { !outdated.contains($0.id) })
    return snaps.map { outcomes[$0.id] ?? SnapImportOutcome() }
  }

  /// Runs a statement that returns the `snap_id` of each row that it changed.
  private mutating func change(_ sql: SQL) async throws {
    for row in try await transaction.query(sql) {
      outcomes[try SnapID(parsing: row.text("snap_id")), default: SnapImportOutcome()].isChange = true
    }
  }

  /// What is signed counts in its newest form that is held, whichever this bundle brings.
  private mutating func followAssertions(outdated: Set<SnapID>) async throws {
    let facts = try await SignedSnaps(transaction: transaction).facts(of: ids)
    older = outdated
    for index in snaps.indices {
      guard let facts = facts[snaps[index].id] else { continue }
      if let age = snaps[index].age, age < facts.age {
        older.insert(snaps[index].id)
        outcomes[snaps[index].id, default: SnapImportOutcome()].newerHeld = facts.name
      }
      snaps[index].name = facts.name
      snaps[index].details = facts.apply(to: snaps[index].details)
    }
  }

  private mutating func writeSnaps() async throws {
    let names = snaps.map(\.name.description)
    let wanted = Dictionary(snaps.map { ($0.name.description, $0) }) { first, _ in first }
    for row in try await transaction.query("SELECT name, snap_id FROM snap WHERE name = ANY(\(names))") {
      let holder = try SnapID(parsing: row.text("snap_id"))
      if let snap = wanted[try row.text("name")], snap.id != holder {
        throw CatalogueError.nameTaken(snap.name, by: holder)
      }
    }
    let details = try snaps.map { try CatalogueCoding.text($0.details) }
    try await change(
      """
      INSERT INTO snap AS held (snap_id, name, details)
      SELECT snap_id, name, details::jsonb
      FROM unnest(\(ids), \(names), \(details)) AS new (snap_id, name, details)
      ON CONFLICT (snap_id) DO UPDATE SET name = excluded.name, details = excluded.details, changed_at = now()
      WHERE (held.name, held.details) IS DISTINCT FROM (excluded.name, excluded.details)
        AND held.snap_id <> ALL(\(older.map(\.description).sorted()))
      RETURNING snap_id
      """)
  }

  private mutating func writeListings() async throws {
    let pairs = snaps.flatMap { snap in snap.stores.sorted().map { (snap.id.description, $0) } }
    guard !pairs.isEmpty else { return }
    try await SnapProtection(transaction: transaction).check(pairs, by: nil)
    try await change(
      """
      INSERT INTO snap_store AS held (snap_id, store)
      SELECT snap_id, store FROM unnest(\(pairs.map(\.0)), \(pairs.map(\.1))) AS new (snap_id, store)
      ON CONFLICT (snap_id, store) DO UPDATE SET is_listed = true WHERE NOT held.is_listed
      RETURNING snap_id
      """)
  }

  private mutating func writeIcons() async throws {
    let icons = snaps.compactMap { snap in snap.icon.map { (id: snap.id.description, icon: $0) } }
    guard !icons.isEmpty else { return }
    try await change(
      """
      INSERT INTO snap_icon AS held (snap_id, sha3_384, extension, size)
      SELECT snap_id, sha3_384, extension, size
      FROM unnest(\(icons.map(\.id)), \(icons.map(\.icon.sha3.hex)), \(icons.map(\.icon.fileExtension)),
        \(icons.map { Int64(clamping: $0.icon.size) })) AS new (snap_id, sha3_384, extension, size)
      ON CONFLICT (snap_id) DO UPDATE
      SET sha3_384 = excluded.sha3_384, extension = excluded.extension, size = excluded.size
      WHERE (held.sha3_384 <> excluded.sha3_384 OR held.extension <> excluded.extension)
        AND held.snap_id <> ALL(\(older.map(\.description).sorted()))
      RETURNING snap_id
      """)
  }

  private mutating func writeRevisions() async throws {
    let held = try await heldRevisions()
    var new = RevisionColumns()
    for snap in snaps {
      let released = Set(snap.channelMap.values)
      for revision in snap.revisions {
        switch held[snap.id]?[revision.revision] {
        case nil: outcomes[snap.id, default: SnapImportOutcome()].addedRevisions.append(revision.revision)
        case revision.sha3.hex: break
        default: throw CatalogueError.revisionDiffers(snap.name, revision.revision)
        }
        try new.append(revision, of: snap.id, wasReleased: released.contains(revision.revision))
      }
    }
    guard !new.ids.isEmpty else { return }
    let kept = older.map(\.description).sorted()
    try await change(
      """
      INSERT INTO snap_revision AS held (snap_id, revision, sha3_384, size, architectures, details, was_released)
      SELECT snap_id, revision, sha3_384, size, architectures::text[], details::jsonb, was_released::boolean
      FROM unnest(\(new.ids), \(new.numbers), \(new.digests), \(new.sizes), \(new.architectures), \(new.details),
        \(new.wereReleased)) AS new (snap_id, revision, sha3_384, size, architectures, details, was_released)
      ON CONFLICT (snap_id, revision) DO UPDATE
      SET was_released = held.was_released OR excluded.was_released,
        architectures = CASE WHEN held.snap_id = ANY(\(kept)) THEN held.architectures ELSE excluded.architectures END,
        details = CASE WHEN held.snap_id = ANY(\(kept)) THEN held.details ELSE excluded.details END
      WHERE ((held.architectures, held.details) IS DISTINCT FROM (excluded.architectures, excluded.details)
          AND held.snap_id <> ALL(\(kept)))
        OR (excluded.was_released AND NOT held.was_released)
      RETURNING snap_id
      """)
  }

  private func heldRevisions() async throws -> [SnapID: [Revision: String]] {
    var held: [SnapID: [Revision: String]] = [:]
    for row in try await transaction.query(
      "SELECT snap_id, revision, sha3_384 FROM snap_revision WHERE snap_id = ANY(\(ids))")
    {
      held[try SnapID(parsing: row.text("snap_id")), default: [:]][try Revision(row.integer("revision"))] =
        try row.text("sha3_384")
    }
    return held
  }

  /// - Parameter outdated: Snaps whose channels a later export told of.
  private mutating func release(replacing: Bool, outdated: Set<SnapID>) async throws {
    let current = try await currentReleases()
    var (ended, begun) = (SlotColumns(), SlotColumns())
    for snap in snaps {
      let isOutdated = outdated.contains(snap.id)
      for (slot, held) in (current[snap.id] ?? [:]).sorted(by: { $0.key < $1.key })
      where !isOutdated && snap.channelMap[slot] == nil && snap.closing.contains(slot) {
        ended.append(slot, held, of: snap.id)
        outcomes[snap.id, default: SnapImportOutcome()].closed.append(slot)
        outcomes[snap.id]?.isChange = true
      }
      for (slot, revision) in snap.channelMap.sorted(by: { $0.key < $1.key }) {
        let held = current[snap.id]?[slot]
        guard held != revision else { continue }
        guard held == nil || replacing && !isOutdated else {
          outcomes[snap.id, default: SnapImportOutcome()].kept.append(slot)
          continue
        }
        if let held { ended.append(slot, held, of: snap.id) }
        begun.append(slot, revision, of: snap.id)
        outcomes[snap.id, default: SnapImportOutcome()].released.append(
          SnapImportOutcome.Release(slot: slot, revision: revision, previous: held))
      }
    }
    guard !begun.ids.isEmpty || !ended.ids.isEmpty else { return }
    // A clock that was set back must not make a period that ends before it begins.
    let row = try await transaction.query(
      """
      SELECT greatest(clock_timestamp(), max(upper(period)), max(lower(period)) + interval '1 microsecond') AS moment
      FROM channel_release JOIN unnest(\(ids)) AS snap_id USING (snap_id)
      """
    ).first
    let moment = try row?.date("moment") ?? Date()
    if !ended.ids.isEmpty {
      try await transaction.execute(
        """
        UPDATE channel_release AS held SET period = tstzrange(lower(period), \(moment))
        FROM unnest(\(ended.ids), \(ended.channels), \(ended.architectures)) AS ended (snap_id, channel, architecture)
        WHERE held.snap_id = ended.snap_id AND held.channel = ended.channel
          AND held.architecture = ended.architecture AND upper_inf(period)
        """)
    }
    guard !begun.ids.isEmpty else { return }
    try await change(
      """
      INSERT INTO channel_release (snap_id, channel, architecture, revision, period)
      SELECT snap_id, channel, architecture, revision, tstzrange(\(moment), NULL)
      FROM unnest(\(begun.ids), \(begun.channels), \(begun.architectures), \(begun.revisions))
        AS new (snap_id, channel, architecture, revision)
      RETURNING snap_id
      """)
  }

  private func currentReleases() async throws -> [SnapID: [ReleaseSlot: Revision]] {
    var current: [SnapID: [ReleaseSlot: Revision]] = [:]
    for row in try await transaction.query(
      """
      SELECT snap_id, channel, architecture, revision
      FROM channel_release JOIN unnest(\(ids)) AS snap_id USING (snap_id) WHERE upper_inf(period)
      """)
    {
      let slot = ReleaseSlot(
        channel: try Channel(parsing: row.text("channel")),
        architecture: try Architecture(parsing: row.text("architecture")))
      current[try SnapID(parsing: row.text("snap_id")), default: [:]][slot] = try Revision(row.integer("revision"))
    }
    return current
  }
}

/// Revisions as the arrays that `unnest` makes rows of.
private struct RevisionColumns {
  var ids: [String] = []
  var numbers: [Int64] = []
  var digests: [String] = []
  var sizes: [Int64] = []
  var architectures: [[String]] = []
  var details: [String] = []
  var wereReleased: [String] = []

  mutating func append(_ revision: CatalogueRevision, of snap: SnapID, wasReleased: Bool) throws {
    ids.append(snap.description)
    numbers.append(Int64(clamping: revision.revision.number))
    digests.append(revision.sha3.hex)
    sizes.append(Int64(clamping: revision.size))
    architectures.append(revision.architectures.map(\.description))
    details.append(try CatalogueCoding.text(revision.details))
    wereReleased.append(wasReleased ? "true" : "false")
  }
}

/// What slots hold, likewise.
private struct SlotColumns {
  var ids: [String] = []
  var channels: [String] = []
  var architectures: [String] = []
  var revisions: [Int64] = []

  mutating func append(_ slot: ReleaseSlot, _ revision: Revision, of snap: SnapID) {
    ids.append(snap.description)
    channels.append(slot.channel.description)
    architectures.append(slot.architecture.description)
    revisions.append(Int64(clamping: revision.number))
  }
}
