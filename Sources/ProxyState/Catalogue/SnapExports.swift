import Foundation
import PostgreSQL
import StoreModel

/// When each snap's channels were told last. Exports of several stores may tell of one snap, and come in any order.
struct SnapExports {
  let transaction: Transaction

  /// The snaps of which a later export is here.
  func outdated(_ snaps: [SnapImport]) async throws -> Set<SnapID> {
    let times = try await times(of: snaps.filter { $0.exported != nil }.map(\.id))
    return Set(
      snaps.filter { snap in
        guard let exported = snap.exported, let known = times[snap.id] else { return false }
        return exported < known
      }.map(\.id))
  }

  /// Remembers when they were exported; a bundle that does not tell changes nothing.
  func record(_ snaps: [SnapImport]) async throws {
    let told = Dictionary(grouping: snaps.filter { $0.exported != nil }, by: \.exported)
    for case (let exported?, let snaps) in told {
      try await transaction.execute(
        """
        INSERT INTO snap_export (snap_id, exported_at)
        SELECT snap_id, \(exported) FROM unnest(\(snaps.map(\.id.description))) AS snap_id
        ON CONFLICT (snap_id) DO UPDATE SET exported_at = excluded.exported_at
        """)
    }
  }

  private func times(of ids: [SnapID]) async throws -> [SnapID: Date] {
    guard !ids.isEmpty else { return [:] }
    let rows = try await transaction.query(
      "SELECT snap_id, exported_at FROM snap_export WHERE snap_id = ANY(\(ids.map(\.description)))")
    return try Dictionary(
      rows.map { (try SnapID(parsing: $0.text("snap_id")), try $0.date("exported_at")) }
    ) { first, _ in first }
  }
}
