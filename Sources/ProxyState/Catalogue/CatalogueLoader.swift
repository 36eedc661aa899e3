import Cryptography
import Foundation
import PostgreSQL
import StoreAPI
import StoreModel

/// Reads the catalogue in a few questions that see the same moment. A store has thousands of snaps, of which a change
/// concerns a few: of the others nothing is read but what their rows hash to.
struct CatalogueLoader {
  private let transaction: Transaction
  private let known: Catalogue?
  private let decoder = JSONDecoder()

  /// - Parameter known: What was read before of the same database.
  init(_ transaction: Transaction, after known: Catalogue?) {
    self.transaction = transaction
    self.known = known
  }

  func load() async throws -> Catalogue {
    let generation = try await CatalogueState.generation(in: transaction)
    let fingerprints = try await fingerprints()
    let listings = try await listings()
    let changed = fingerprints.filter { known?.fingerprints[$0.key] != $0.value }.map(\.key.description)
    let kept = known?.snaps.values.filter { fingerprints[$0.id] == known?.fingerprints[$0.id] } ?? []
    let overrides = try await OverrideRepository.current(of: nil, in: transaction)
    let stores = try await BrandStoreRepository(database: transaction).all()
    var catalogue = Catalogue(
      generation: generation, snaps: [kept, try await snaps(changed, listings: listings)].flatMap(\.self),
      overrides: overrides,
      stores: stores, listings: listings)
    catalogue.fingerprints = fingerprints
    return catalogue
  }

  /// What all rows of each snap hash to.
  private func fingerprints() async throws -> [SnapID: String] {
    let rows = try await transaction.query(
      """
      SELECT snap_id, sum(hash)::text AS fingerprint FROM (
        SELECT snap_id, hash_record_extended(r, 1) AS hash FROM snap AS r
        UNION ALL SELECT snap_id, hash_record_extended(r, 2) FROM snap_icon AS r
        UNION ALL SELECT snap_id, hash_record_extended(r, 3) FROM snap_store AS r
        UNION ALL SELECT snap_id, hash_record_extended(r, 4) FROM snap_revision AS r
        UNION ALL SELECT snap_id, hash_record_extended(r, 5) FROM channel_release AS r
      ) AS hashes GROUP BY snap_id
      """)
    return try Dictionary(rows.map { (try SnapID(parsing: $0.text("snap_id")), try $0.text("fingerprint")) }) { $1 }
  }

  private func snaps(_ ids: [String], listings: [SnapID: Set<String>]) async throws -> [CatalogueSnap] {
    guard !ids.isEmpty else { return [] }
    let revisions = try await revisions(of: ids)
    let releases = try await releases(of: ids)
    let rows = try await transaction.query(
      """
      SELECT snap_id, name, details, icon.sha3_384, icon.extension, icon.size
      FROM snap LEFT JOIN snap_icon AS icon USING (snap_id) WHERE snap_id = ANY(\(ids))
      """)
    return try rows.map { row in
      let id = try row.text("snap_id")
      return try reading(try row.text("name")) {
        let revisions = revisions[id] ?? RevisionsOfSnap()
        let releases = releases[id] ?? ReleasesOfSnap()
        let snapID = try SnapID(parsing: id)
        return CatalogueSnap(
          id: snapID, name: try SnapName(parsing: row.text("name")),
          stores: listings[snapID] ?? [], details: try details(row), icon: try icon(row),
          revisions: revisions.all,
          channelMap: releases.current.filter { revisions.all[$0.value.revision] != nil },
          everReleased: revisions.released.union(releases.ever).intersection(revisions.all.keys))
      }
    }
  }

  private func listings() async throws -> [SnapID: Set<String>] {
    let rows = try await transaction.query(
      """
      SELECT snap_id, coalesce(array_agg(store) FILTER (WHERE is_listed), '{}') AS stores
      FROM snap_store GROUP BY snap_id
      """)
    return try Dictionary(rows.map { (try SnapID(parsing: $0.text("snap_id")), Set(try $0.texts("stores"))) }) { $1 }
  }

  private struct RevisionsOfSnap {
    var all: [Revision: CatalogueRevision] = [:]
    var released: Set<Revision> = []
  }

  private struct ReleasesOfSnap {
    var current: [ReleaseSlot: CatalogueRelease] = [:]
    var ever: Set<Revision> = []
  }

  private func revisions(of ids: [String]) async throws -> [String: RevisionsOfSnap] {
    let rows = try await transaction.query(
      """
      SELECT snap_id, revision, sha3_384, size, architectures, details, was_released
      FROM snap_revision WHERE snap_id = ANY(\(ids))
      """)
    var found: [String: RevisionsOfSnap] = [:]
    for row in rows {
      let id = try row.text("snap_id")
      let revision = try reading(id) {
        CatalogueRevision(
          revision: try Revision(row.integer("revision")), sha3: try SHA3Digest(hex: row.text("sha3_384")),
          size: UInt64(clamping: try row.integer("size")),
          architectures: try row.texts("architectures").map(Architecture.init(parsing:)), details: try details(row))
      }
      found[id, default: RevisionsOfSnap()].all[revision.revision] = revision
      if try row.boolean("was_released") { found[id]?.released.insert(revision.revision) }
    }
    return found
  }

  private func releases(of ids: [String]) async throws -> [String: ReleasesOfSnap] {
    let rows = try await transaction.query(
      """
      SELECT snap_id, channel, architecture, revision, lower(period) AS since, true AS is_current
      FROM channel_release WHERE snap_id = ANY(\(ids)) AND upper_inf(period)
      UNION ALL
      SELECT DISTINCT snap_id, '', '', revision, 'epoch'::timestamptz, false
      FROM channel_release WHERE snap_id = ANY(\(ids)) AND NOT upper_inf(period)
      """)
    var found: [String: ReleasesOfSnap] = [:]
    var (channels, architectures, moments) = (Parsed<Channel>(), Parsed<Architecture>(), Parsed<Date>())
    for row in rows {
      let id = try row.text("snap_id")
      let revision = try reading(id) { try Revision(row.integer("revision")) }
      found[id, default: ReleasesOfSnap()].ever.insert(revision)
      guard try row.boolean("is_current") else { continue }
      let slot = try reading(id) {
        ReleaseSlot(
          channel: try channels.value(row.text("channel")) { try Channel(parsing: $0) },
          architecture: try architectures.value(row.text("architecture")) { try Architecture(parsing: $0) })
      }
      let since = try moments.value(row.text("since")) { _ in try row.date("since") }
      found[id]?.current[slot] = CatalogueRelease(revision: revision, since: since)
    }
    return found
  }

  private func details(_ row: Row) throws -> SnapDetails {
    try decoder.decode(SnapDetails.self, from: Data(try row.text("details").utf8))
  }

  private func icon(_ row: Row) throws -> CatalogueIcon? {
    guard let hex = try row.optionalText("sha3_384") else { return nil }
    return CatalogueIcon(
      sha3: try SHA3Digest(hex: hex), fileExtension: try row.text("extension"),
      size: UInt64(clamping: try row.integer("size")))
  }

  /// Says which snap it is that cannot be read.
  private func reading<Value>(_ snap: String, _ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch {
      throw CatalogueError.unreadable(snap: snap, reason: String(describing: error))
    }
  }
}

/// Parses each text once: rows say the same few channels, architectures and moments again and again.
private struct Parsed<Value> {
  private var known: [String: Value] = [:]

  mutating func value(_ text: String, _ parse: (String) throws -> Value) rethrows -> Value {
    if let value = known[text] { return value }
    let value = try parse(text)
    known[text] = value
    return value
  }
}
