public import Foundation
public import PostgreSQL
public import StoreModel

extension CatalogueRepository {
  /// Closes what channels of snaps hold in a scope, of which an export brings no revision; it stays in the history.
  /// - Parameters:
  ///   - exported: When. Snaps whose channels a later export told of are left alone, unless `allowingRollback`.
  /// - Returns: The slots that held something, sorted, of the snaps that had such.
  public func close(
    _ scope: ReleaseScope, of snaps: [SnapID], exported: Date, allowingRollback: Bool, in transaction: Transaction
  ) async throws -> [SnapID: [ReleaseSlot]] {
    guard !scope.channels.isEmpty, !scope.architectures.isEmpty, !snaps.isEmpty else { return [:] }
    try await CatalogueState.lock(in: transaction)
    let rows = try await transaction.query(
      """
      UPDATE channel_release AS held
      SET period = tstzrange(lower(period), greatest(clock_timestamp(), lower(period) + interval '1 microsecond'))
      WHERE snap_id = ANY(\(snaps.map(\.description))) AND upper_inf(period)
        AND channel = ANY(\(scope.channels.map(\.description)))
        AND architecture = ANY(\(scope.architectures.map(\.description)))
        AND (\(allowingRollback) OR NOT EXISTS (SELECT FROM snap_export AS later
          WHERE later.snap_id = held.snap_id AND later.exported_at > \(exported)))
      RETURNING snap_id, channel, architecture
      """)
    if !rows.isEmpty { try await CatalogueState.announce(in: transaction) }
    var closed: [SnapID: [ReleaseSlot]] = [:]
    for row in rows {
      closed[try SnapID(parsing: row.text("snap_id")), default: []].append(
        ReleaseSlot(
          channel: try Channel(parsing: row.text("channel")),
          architecture: try Architecture(parsing: row.text("architecture"))))
    }
    return closed.mapValues { $0.sorted() }
  }
}
