import Cryptography
import Foundation
import PostgreSQL
import StoreModel

/// Writes one bundle's rows. Writing the same twice changes nothing.
struct CatalogueImporter {
  let transaction: Transaction
  let snap: SnapImport
  private var outcome = SnapImportOutcome()

  init(_ snap: SnapImport, in transaction: Transaction) {
    self.snap = snap
    self.transaction = transaction
  }

  mutating func run(replacingChannelMap: Bool) async throws -> SnapImportOutcome {
    try await CatalogueState.lock(in: transaction)
    try await writeSnap()
    for revision in snap.revisions { try await write(revision) }
    outcome.closed = try await ClosingChannels(snap: snap.id, transaction: transaction)
      .close(snap.closing, except: Set(snap.channelMap.keys))
    if !outcome.closed.isEmpty { outcome.isChange = true }
    try await release(replacing: replacingChannelMap)
    if outcome.isChange { try await CatalogueState.announce(in: transaction) }
    return outcome
  }

  private mutating func change(_ sql: SQL) async throws {
    if try await transaction.execute(sql) > 0 { outcome.isChange = true }
  }

  private mutating func writeSnap() async throws {
    let (id, name) = (snap.id.description, snap.name.description)
    if let other = try await transaction.query("SELECT snap_id FROM snap WHERE name = \(name)").first?.text("snap_id"),
      other != id
    {
      throw CatalogueError.nameTaken(snap.name, by: try SnapID(parsing: other))
    }
    let details = try CatalogueCoding.text(snap.details)
    try await change(
      """
      INSERT INTO snap AS held (snap_id, name, details) VALUES (\(id), \(name), \(details))
      ON CONFLICT (snap_id) DO UPDATE SET name = excluded.name, details = excluded.details, changed_at = now()
      WHERE (held.name, held.details) IS DISTINCT FROM (excluded.name, excluded.details)
      """)
    try await SnapProtection(transaction: transaction).check(snap.stores.map { (id, $0) }, by: nil)
    for store in snap.stores.sorted() {
      try await change(
        """
        INSERT INTO snap_store AS held (snap_id, store) VALUES (\(id), \(store))
        ON CONFLICT (snap_id, store) DO UPDATE SET is_listed = true WHERE NOT held.is_listed
        """)
    }
    guard let icon = snap.icon else { return }
    try await change(
      """
      INSERT INTO snap_icon AS held (snap_id, sha3_384, extension, size)
      VALUES (\(id), \(icon.sha3.hex), \(icon.fileExtension), \(Int64(clamping: icon.size)))
      ON CONFLICT (snap_id) DO UPDATE
      SET sha3_384 = excluded.sha3_384, extension = excluded.extension, size = excluded.size
      WHERE held.sha3_384 <> excluded.sha3_384 OR held.extension <> excluded.extension
      """)
  }

  private mutating func write(_ revision: CatalogueRevision) async throws {
    let (id, number) = (snap.id.description, revision.revision.number)
    let held = try await transaction.query(
      "SELECT sha3_384 FROM snap_revision WHERE snap_id = \(id) AND revision = \(number)"
    ).first?.text("sha3_384")
    if let held, held != revision.sha3.hex { throw CatalogueError.revisionDiffers(snap.name, revision.revision) }
    if held == nil { outcome.addedRevisions.append(revision.revision) }
    let details = try CatalogueCoding.text(revision.details)
    let architectures = revision.architectures.map(\.description)
    let wasReleased = snap.channelMap.values.contains(revision.revision)
    try await change(
      """
      INSERT INTO snap_revision AS held (snap_id, revision, sha3_384, size, architectures, details, was_released)
      VALUES (\(id), \(number), \(revision.sha3.hex), \(Int64(clamping: revision.size)), \(architectures), \(details),
        \(wasReleased))
      ON CONFLICT (snap_id, revision) DO UPDATE
      SET architectures = excluded.architectures, details = excluded.details,
        was_released = held.was_released OR excluded.was_released
      WHERE (held.architectures, held.details) IS DISTINCT FROM (excluded.architectures, excluded.details)
        OR (excluded.was_released AND NOT held.was_released)
      """)
  }

  private mutating func release(replacing: Bool) async throws {
    let id = snap.id.description
    let current = try await currentReleases()
    // A clock that was set back must not make a period that ends before it begins.
    let row = try await transaction.query(
      """
      SELECT greatest(clock_timestamp(), max(upper(period)), max(lower(period)) + interval '1 microsecond') AS moment
      FROM channel_release WHERE snap_id = \(id)
      """
    ).first
    let moment = try row?.date("moment") ?? Date()
    var batch: [SQL] = []
    for (slot, revision) in snap.channelMap.sorted(by: { $0.key < $1.key }) {
      let held = current[slot]
      guard held != revision else { continue }
      guard held == nil || replacing else {
        outcome.kept.append(slot)
        continue
      }
      let (channel, architecture) = (slot.channel.description, slot.architecture.description)
      if held != nil {
        batch.append(
          """
          UPDATE channel_release SET period = tstzrange(lower(period), \(moment))
          WHERE snap_id = \(id) AND channel = \(channel) AND architecture = \(architecture) AND upper_inf(period)
          """)
      }
      batch.append(
        """
        INSERT INTO channel_release (snap_id, channel, architecture, revision, period)
        VALUES (\(id), \(channel), \(architecture), \(revision.number), tstzrange(\(moment), NULL))
        """)
      outcome.released.append(SnapImportOutcome.Release(slot: slot, revision: revision, previous: held))
    }
    guard !batch.isEmpty else { return }
    try await transaction.execute(batch: batch)
    outcome.isChange = true
  }

  private func currentReleases() async throws -> [ReleaseSlot: Revision] {
    let rows = try await transaction.query(
      """
      SELECT channel, architecture, revision FROM channel_release
      WHERE snap_id = \(snap.id.description) AND upper_inf(period)
      """)
    return try Dictionary(
      rows.map { row in
        let slot = ReleaseSlot(
          channel: try Channel(parsing: row.text("channel")),
          architecture: try Architecture(parsing: row.text("architecture")))
        return (slot, try Revision(row.integer("revision")))
      }
    ) { $1 }
  }
}
