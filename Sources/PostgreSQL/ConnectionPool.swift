/// Some connections that many tasks share. Opens them when they are needed, replaces broken ones, and makes whoever
/// comes too many wait.
public actor ConnectionPool: Queryable {
  /// Where the connections lead.
  public nonisolated let target: ConnectionString
  private let options: ConnectionOptions
  private let limits: ConnectionPoolLimits
  private var idle: [Connection] = []
  private var count = 0
  private var waiters: [Waiter] = []
  private var nextWaiter = 0
  private var isClosed = false

  private struct Waiter {
    let number: Int
    let continuation: CheckedContinuation<Connection, any Error>
  }

  /// Does not connect yet.
  public init(
    _ target: ConnectionString, options: ConnectionOptions = ConnectionOptions(),
    limits: ConnectionPoolLimits = ConnectionPoolLimits()
  ) {
    self.target = target
    self.options = options
    self.limits = limits
  }

  /// Runs a statement on any connection and returns its rows.
  public func query(_ sql: SQL) async throws(PostgreSQLError) -> [Row] {
    try await leased { connection throws(PostgreSQLError) in try await connection.query(sql) }
  }

  /// Runs a statement on any connection and returns how many rows it changed.
  @discardableResult
  public func execute(_ sql: SQL) async throws(PostgreSQLError) -> Int {
    try await leased { connection throws(PostgreSQLError) in try await connection.execute(sql) }
  }

  /// Runs many statements in one round trip, all or none of them.
  public func execute(batch: [SQL]) async throws(PostgreSQLError) {
    try await leased { connection throws(PostgreSQLError) in try await connection.execute(batch: batch) }
  }

  /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
  /// - Parameter retries: How often to begin again after a serialization failure or a deadlock.
  @discardableResult
  public func transaction<Value: Sendable>(
    isolation: IsolationLevel = .readCommitted, retries: Int = 0,
    _ body: @Sendable (Transaction) async throws -> Value
  ) async throws -> Value {
    try await withConnection { connection in
      try await connection.transaction(isolation: isolation, retries: retries, body)
    }
  }

  /// Lends a connection to `body` alone, for what belongs to a session: a session's lock, several transactions.
  @discardableResult
  public func withConnection<Value: Sendable>(
    _ body: @Sendable (Connection) async throws -> Value
  ) async throws -> Value {
    let connection = try await lease()
    do {
      let value = try await body(connection)
      await giveBack(connection)
      return value
    } catch {
      await giveBack(connection)
      throw error
    }
  }

  /// Closes what is idle; connections in use close when they are given back.
  public func close() async {
    isClosed = true
    let closing = idle
    idle = []
    count -= closing.count
    for waiter in waiters { waiter.continuation.resume(throwing: PostgreSQLError.connectionClosed) }
    waiters = []
    for connection in closing { await connection.close() }
  }

  private func leased<Value: Sendable>(
    _ body: @Sendable (Connection) async throws(PostgreSQLError) -> Value
  ) async throws(PostgreSQLError) -> Value {
    let connection = try await lease()
    do throws(PostgreSQLError) {
      let value = try await body(connection)
      await giveBack(connection)
      return value
    } catch {
      await giveBack(connection)
      throw error
    }
  }

  private func lease() async throws(PostgreSQLError) -> Connection {
    guard !isClosed else { throw .connectionClosed }
    while let connection = idle.popLast() {
      if await connection.isUsable { return connection }
      count -= 1
      admitWaiter()
      await connection.close()
    }
    guard !isClosed else { throw .connectionClosed }
    if count < limits.maximum {
      count += 1
      return try await opened(Connection(target, options: options))
    }
    return try await wait()
  }

  private func opened(_ connection: Connection) async throws(PostgreSQLError) -> Connection {
    do throws(PostgreSQLError) {
      try await connection.open()
      return connection
    } catch {
      count -= 1
      admitWaiter()
      throw error
    }
  }

  private func wait() async throws(PostgreSQLError) -> Connection {
    nextWaiter += 1
    let number = nextWaiter
    let limit = limits.patience
    let alarm = Task {
      try await Task.sleep(for: limit)
      self.giveUp(number)
    }
    defer { alarm.cancel() }
    do {
      let connection = try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
          waiters.append(Waiter(number: number, continuation: continuation))
          if Task.isCancelled { giveUp(number) }
        }
      } onCancel: {
        Task { await self.giveUp(number) }
      }
      // Fresh places are handed over unopened.
      return try await opened(connection)
    } catch let error as PostgreSQLError {
      throw error
    } catch {
      throw .connectionClosed
    }
  }

  private func giveUp(_ number: Int) {
    guard let index = waiters.firstIndex(where: { $0.number == number }) else { return }
    waiters.remove(at: index).continuation.resume(
      throwing: PostgreSQLError.poolExhausted(connections: limits.maximum))
  }

  private func giveBack(_ connection: Connection) async {
    let usable = await connection.isUsable
    if usable, !isClosed {
      if waiters.isEmpty {
        idle.append(connection)
      } else {
        waiters.removeFirst().continuation.resume(returning: connection)
      }
      return
    }
    await connection.close()
    count -= 1
    admitWaiter()
  }

  /// Gives a place that became free to whoever waits longest.
  private func admitWaiter() {
    guard !isClosed, !waiters.isEmpty, count < limits.maximum else { return }
    count += 1
    waiters.removeFirst().continuation.resume(returning: Connection(target, options: options))
  }
}

/// How many connections a pool may have, and how long a caller waits for one.
public struct ConnectionPoolLimits: Sendable, Hashable {
  /// Connections at the same time.
  public var maximum: Int
  /// Until ``PostgreSQLError/poolExhausted(connections:)``.
  public var patience: Duration

  /// Limits with plain defaults.
  public init(maximum: Int = 8, patience: Duration = .seconds(30)) {
    self.maximum = max(1, maximum)
    self.patience = patience
  }
}
