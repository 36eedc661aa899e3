import Cryptography
import Foundation
import PostgreSQL
import StoreAPI
import StoreModel

/// Reads the whole catalogue in a few questions that see the same moment.
struct CatalogueLoader {
  let transaction: Transaction
  private let decoder = JSONDecoder()

  init(_ transaction: Transaction) { self.transaction = transaction }

  func load() async throws -> Catalogue {
    let generation = try await CatalogueState.generation(in: transaction)
    let revisions = try await revisions()
    let releases = try await releases()
    let listings = try await listings()
    let rows = try await transaction.query(
      """
      SELECT snap_id, name, details, icon.sha3_384, icon.extension, icon.size
      FROM snap LEFT JOIN snap_icon AS icon USING (snap_id)
      """)
    let snaps = try rows.map { row in
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
    let overrides = try await OverrideRepository.current(of: nil, in: transaction)
    let stores = try await BrandStoreRepository(database: transaction).all()
    return Catalogue(
      generation: generation, snaps: snaps, overrides: overrides, stores: stores, listings: listings)
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

  private func revisions() async throws -> [String: RevisionsOfSnap] {
    let rows = try await transaction.query(
      "SELECT snap_id, revision, sha3_384, size, architectures, details, was_released FROM snap_revision")
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

  private func releases() async throws -> [String: ReleasesOfSnap] {
    let rows = try await transaction.query(
      """
      SELECT snap_id, channel, architecture, revision, lower(period) AS since, true AS is_current
      FROM channel_release WHERE upper_inf(period)
      UNION ALL
      SELECT DISTINCT snap_id, '', '', revision, 'epoch'::timestamptz, false
      FROM channel_release WHERE NOT upper_inf(period)
      """)
    var found: [String: ReleasesOfSnap] = [:]
    for row in rows {
      let id = try row.text("snap_id")
      let revision = try reading(id) { try Revision(row.integer("revision")) }
      found[id, default: ReleasesOfSnap()].ever.insert(revision)
      guard try row.boolean("is_current") else { continue }
      let slot = try reading(id) {
        ReleaseSlot(
          channel: try Channel(parsing: row.text("channel")),
          architecture: try Architecture(parsing: row.text("architecture")))
      }
      found[id]?.current[slot] = CatalogueRelease(revision: revision, since: try row.date("since"))
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
