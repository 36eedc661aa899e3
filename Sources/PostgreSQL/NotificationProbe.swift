/// Finds out whether `NOTIFY` reaches who listens: it does not through a pooler in transaction mode.
public struct NotificationProbe: Sendable {
  private let database: ConnectionPool
  /// How long a notification may take.
  private let timeout: Duration

  /// A probe of one database.
  public init(_ database: ConnectionPool, timeout: Duration = .seconds(3)) {
    self.database = database
    self.timeout = timeout
  }

  /// Whether notifications arrive. Without a pooler they do, and nothing is tried.
  /// - Throws: ``PostgreSQLError`` where the database does not answer.
  public func arrives() async throws -> Bool {
    guard try await database.withConnection({ try await $0.isPooled() }) else { return true }
    let channel = "snap_proxy_probe_\(UInt32.random(in: 1...UInt32.max))"
    return try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        for try await event in NotificationListener(database.target).events(on: [channel]) {
          guard event == .listening else { return true }
          _ = try await database.query("SELECT pg_notify(\(channel), '')")
        }
        return false
      }
      group.addTask { [timeout] in
        try await Task.sleep(for: timeout)
        return false
      }
      defer { group.cancelAll() }
      return try await group.next() ?? false
    }
  }
}
