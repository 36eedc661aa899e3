public import Cryptography
import Foundation
public import PostgreSQL
import Reporting
public import StoreModel
import Synchronization

/// The snaps that were pushed: their revisions, and what each channel holds and held.
public struct CatalogueRepository: Sendable {
  private let database: ConnectionPool
  private let latest = LatestCatalogue()

  /// The catalogue of a database.
  public init(database: ConnectionPool) { self.database = database }

  /// The whole catalogue as it is at one moment.
  public func load() async throws -> Catalogue {
    let known = latest.value
    let catalogue = try await database.transaction(isolation: .repeatableRead) { transaction in
      try await CatalogueLoader(transaction, after: known).load()
    }
    latest.replace(with: catalogue)
    return catalogue
  }

  /// Grows with every change of the catalogue or of an assertion.
  public func generation() async throws -> Int64 { try await CatalogueState.generation(in: database) }

  /// Writes one bundle's rows. Writing the same twice changes nothing and makes no history.
  /// - Parameter replacingChannelMap: Whether a channel that holds something gets the bundle's revision in its place;
  ///   without it only channels that hold nothing for the architecture get one.
  public func importSnap(
    _ snap: SnapImport, replacingChannelMap: Bool, in transaction: Transaction
  ) async throws -> SnapImportOutcome {
    try await importSnaps([snap], replacingChannelMap: replacingChannelMap, in: transaction)[0]
  }

  /// The same of a whole store.
  /// - Parameters:
  ///   - snaps: No snap twice.
  ///   - allowingRollback: Whether channels follow an export that is older than the one that told of them last.
  /// - Returns: In the order of the snaps.
  public func importSnaps(
    _ snaps: [SnapImport], replacingChannelMap: Bool, allowingRollback: Bool = false, in transaction: Transaction
  ) async throws -> [SnapImportOutcome] {
    try await CatalogueState.lock(in: transaction)
    var outcomes: [SnapImportOutcome] = []
    for start in stride(from: 0, to: snaps.count, by: Self.mostAtOnce) {
      let some = snaps[start...].prefix(Self.mostAtOnce)
      var importer = CatalogueImporter(Array(some), in: transaction)
      outcomes.append(
        contentsOf: try await importer.run(
          replacingChannelMap: replacingChannelMap, allowingRollback: allowingRollback))
    }
    if outcomes.contains(where: \.isChange) { try await CatalogueState.announce(in: transaction) }
    return outcomes
  }

  /// Revisions of the newest held declaration and account of each snap. The catalogue stays locked until the transaction
  /// ends.
  /// - Returns: Nothing of a snap whose declaration is not held.
  public func signedAges(of snaps: [SnapID], in transaction: Transaction) async throws -> [SnapID: SignedAge] {
    try await CatalogueState.lock(in: transaction)
    var ages: [SnapID: SignedAge] = [:]
    for start in stride(from: 0, to: snaps.count, by: Self.mostAtOnce) {
      let some = snaps[start..<min(Saturating.sum(start, Self.mostAtOnce), snaps.count)]
      let facts = try await SignedSnaps(transaction: transaction).facts(of: some.map(\.description))
      ages.merge(facts.mapValues(\.age)) { $1 }
    }
    return ages
  }

  /// Statements of some megabytes.
  private static let mostAtOnce = 250

  /// The history of a snap's channels, oldest first; a release without an end holds now.
  public func history(of name: SnapName) async throws -> [PastRelease] {
    try await database.query(
      """
      SELECT channel, architecture, revision, lower(period) AS since, upper(period) AS until
      FROM channel_release JOIN snap USING (snap_id) WHERE name = \(name.description)
      ORDER BY lower(period), channel, architecture
      """
    ).map { row in
      PastRelease(
        slot: ReleaseSlot(
          channel: try Channel(parsing: row.text("channel")),
          architecture: try Architecture(parsing: row.text("architecture"))),
        revision: try Revision(row.integer("revision")), since: try row.date("since"),
        until: try row.optionalDate("until"))
    }
  }

  /// Every snap with its stores and the room it takes, by name.
  public func list() async throws -> [PushedSnap] {
    try await database.query(
      """
      SELECT name, snap_id,
        (SELECT coalesce(array_agg(store ORDER BY store), '{}') FROM snap_store AS s
          WHERE s.snap_id = snap.snap_id AND s.is_listed)
          AS stores,
        (SELECT coalesce(array_agg(revision ORDER BY revision), '{}') FROM snap_revision AS r
          WHERE r.snap_id = snap.snap_id) AS revisions,
        (SELECT coalesce(sum(size), 0) FROM snap_revision AS r WHERE r.snap_id = snap.snap_id)::bigint AS size
      FROM snap ORDER BY name
      """
    ).map { row in
      PushedSnap(
        name: try SnapName(parsing: row.text("name")), id: try SnapID(parsing: row.text("snap_id")),
        stores: try row.texts("stores"), revisions: try row.texts("revisions").map(Revision.init(parsing:)),
        size: UInt64(clamping: try row.integer("size")))
    }
  }

  /// Removes a snap with its revisions and its history. Its files stay until unused files are removed.
  /// - Parameter forgettingStores: Also that it was a brand's, so that it may come back for everybody.
  /// - Throws: ``CatalogueError/unknownSnap(_:)``.
  public func removeSnap(
    _ name: SnapName, forgettingStores: Bool = false, in transaction: Transaction
  ) async throws {
    try await CatalogueState.lock(in: transaction)
    let removed = try await transaction.query("DELETE FROM snap WHERE name = \(name.description) RETURNING snap_id")
    guard let id = try removed.first?.text("snap_id") else { throw CatalogueError.unknownSnap(name) }
    try await forgetListing(of: id, brands: forgettingStores, in: transaction)
    try await CatalogueState.announce(in: transaction)
  }

  /// Removes one revision, closes the channels that hold it, and removes the snap with its last revision.
  /// - Returns: The slots that held it.
  public func removeRevision(
    _ revision: Revision, of name: SnapName, in transaction: Transaction
  ) async throws -> [ReleaseSlot] {
    try await CatalogueState.lock(in: transaction)
    guard
      let id = try await transaction.query("SELECT snap_id FROM snap WHERE name = \(name.description)").first?
        .text("snap_id")
    else { throw CatalogueError.unknownSnap(name) }
    let removed = try await transaction.execute(
      "DELETE FROM snap_revision WHERE snap_id = \(id) AND revision = \(revision.number)")
    guard removed > 0 else { throw CatalogueError.unknownRevision(name, revision) }
    let closed = try await transaction.query(
      """
      UPDATE channel_release
      SET period = tstzrange(lower(period), greatest(clock_timestamp(), lower(period) + interval '1 microsecond'))
      WHERE snap_id = \(id) AND revision = \(revision.number) AND upper_inf(period)
      RETURNING channel, architecture
      """)
    let isLast = try await transaction.execute(
      "DELETE FROM snap WHERE snap_id = \(id) AND NOT EXISTS (SELECT FROM snap_revision WHERE snap_id = \(id))")
    if isLast > 0 { try await forgetListing(of: id, brands: false, in: transaction) }
    try await CatalogueState.announce(in: transaction)
    return try closed.map { row in
      ReleaseSlot(
        channel: try Channel(parsing: row.text("channel")),
        architecture: try Architecture(parsing: row.text("architecture")))
    }.sorted()
  }

  /// A brand's snap stays the brand's, so that nobody else reads what assertions say of it. One that was for everybody is
  /// forgotten whole: it may come back as a brand's, or for everybody.
  private func forgetListing(of id: String, brands: Bool, in transaction: Transaction) async throws {
    let global = StoreID.global.description
    try await transaction.execute(
      """
      DELETE FROM snap_store WHERE snap_id = \(id) AND (\(brands) OR store = \(global)
        OR EXISTS (SELECT FROM snap_store AS open
          WHERE open.snap_id = \(id) AND open.store = \(global) AND open.is_listed))
      """)
  }

  /// Removes old revisions: all but the newest `count` of each snap and architecture, and never one that a channel
  /// holds or an override names.
  public func prune(keep count: Int, in transaction: Transaction) async throws -> [PrunedRevision] {
    try await CatalogueState.lock(in: transaction)
    let rows = try await transaction.query(
      """
      WITH ranked AS (
        SELECT snap_id, revision,
          row_number() OVER (PARTITION BY snap_id, architecture ORDER BY revision DESC) AS place
        FROM snap_revision, unnest(architectures) AS architecture
      )
      DELETE FROM snap_revision AS r USING snap
      WHERE snap.snap_id = r.snap_id
        AND NOT EXISTS (SELECT FROM ranked AS k
          WHERE k.snap_id = r.snap_id AND k.revision = r.revision AND k.place <= \(max(count, 1)))
        AND NOT EXISTS (SELECT FROM channel_release AS c
          WHERE c.snap_id = r.snap_id AND c.revision = r.revision AND upper_inf(c.period))
        AND NOT EXISTS (SELECT FROM snap_override AS o
          WHERE o.snap_id = r.snap_id AND o.revision = r.revision AND upper_inf(o.period))
      RETURNING snap.name, r.revision, r.size
      """)
    if !rows.isEmpty { try await CatalogueState.announce(in: transaction) }
    return try rows.map { row in
      PrunedRevision(
        name: try SnapName(parsing: row.text("name")), revision: try Revision(row.integer("revision")),
        size: UInt64(clamping: try row.integer("size")))
    }.sorted { ($0.name, $0.revision) < ($1.name, $1.revision) }
  }

  /// Lets all units look again at everything: what a backup brought, which mode the store is in.
  public func announceChange(in transaction: Transaction) async throws {
    try await CatalogueState.announce(in: transaction)
  }

  /// The files that revisions and icons need.
  public func files(in database: any Queryable) async throws -> Set<SHA3Digest> {
    let rows = try await database.query(
      "SELECT sha3_384 FROM snap_revision UNION SELECT sha3_384 FROM snap_icon")
    return Set(try rows.map { try SHA3Digest(hex: $0.text("sha3_384")) })
  }
}

/// What was read last, so that the next reading can begin there.
private final class LatestCatalogue: Sendable {
  private let catalogue = Mutex<Catalogue?>(nil)

  var value: Catalogue? { catalogue.withLock { $0 } }

  func replace(with next: Catalogue) { catalogue.withLock { $0 = next } }
}
