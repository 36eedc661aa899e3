public import PostgreSQL
public import StoreModel

extension CatalogueRepository {
  /// Closes what a snap's channels hold in a scope; it stays in the history.
  /// - Returns: Whether that changed anything.
  public func close(_ scope: ReleaseScope, of snap: SnapID, in transaction: Transaction) async throws -> Bool {
    try await CatalogueState.lock(in: transaction)
    let closed = try await ClosingChannels(snap: snap, transaction: transaction).close(scope, except: [])
    if !closed.isEmpty { try await CatalogueState.announce(in: transaction) }
    return !closed.isEmpty
  }
}

/// Ends what channels of a snap hold. Whoever calls it has the lock of the catalogue and announces the change.
struct ClosingChannels {
  let snap: SnapID
  let transaction: Transaction

  /// - Parameter kept: Slots of the scope that go on.
  /// - Returns: The slots that held something, sorted.
  func close(_ scope: ReleaseScope, except kept: Set<ReleaseSlot>) async throws -> [ReleaseSlot] {
    guard !scope.channels.isEmpty, !scope.architectures.isEmpty else { return [] }
    let rows = try await transaction.query(
      """
      SELECT channel, architecture FROM channel_release
      WHERE snap_id = \(snap.description) AND upper_inf(period)
        AND architecture = ANY(\(scope.architectures.map(\.description).sorted()))
      """)
    let slots = try rows.map { row in
      ReleaseSlot(
        channel: try Channel(parsing: row.text("channel")),
        architecture: try Architecture(parsing: row.text("architecture")))
    }.filter { scope.contains($0) && !kept.contains($0) }.sorted()
    guard !slots.isEmpty else { return [] }
    try await transaction.execute(
      """
      UPDATE channel_release AS held
      SET period = tstzrange(lower(period), greatest(clock_timestamp(), lower(period) + interval '1 microsecond'))
      FROM unnest(\(slots.map(\.channel.description))::text[], \(slots.map(\.architecture.description))::text[])
        AS closed (channel, architecture)
      WHERE held.snap_id = \(snap.description) AND held.channel = closed.channel
        AND held.architecture = closed.architecture AND upper_inf(held.period)
      """)
    return slots
  }
}
