/// One connection to PostgreSQL, opened by the first call and used by one task at a time; tasks that share a database
/// share a ``ConnectionPool``.
public actor Connection: Queryable {
  private let executor = BlockingExecutor(label: "postgresql")
  private let target: ConnectionString
  private let options: ConnectionOptions
  private var handle: ConnectionHandle?
  private var isClosed = false
  private var commitCheck: (@Sendable (Transaction) async throws -> Void)?

  /// Runs every call on a thread of its own.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// Does not connect yet.
  public init(_ target: ConnectionString, options: ConnectionOptions = ConnectionOptions()) {
    self.target = target
    self.options = options
  }

  /// Connects, unless it is connected.
  public func open() throws(PostgreSQLError) {
    guard !isClosed else { throw .connectionClosed }
    if handle == nil { handle = try ConnectionHandle(target, options) }
  }

  /// Interpolated values travel as parameters, never inside the text.
  public func query(_ sql: SQL) throws(PostgreSQLError) -> [Row] { try result(of: sql).rows }

  /// Runs a statement and returns how many rows it changed.
  @discardableResult
  public func execute(_ sql: SQL) throws(PostgreSQLError) -> Int { try result(of: sql).affectedRows }

  /// Runs many statements in one round trip; outside of a transaction all of them or none take effect.
  public func execute(batch: [SQL]) throws(PostgreSQLError) {
    try open()
    try handle?.execute(batch: batch)
  }

  /// Runs a text of the program with several statements, for example a migration.
  public func execute(script: String) throws(PostgreSQLError) {
    try open()
    try handle?.execute(script: script)
  }

  /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
  /// - Parameter retries: How often to begin again after a serialization failure or a deadlock; `body` must then be
  ///   fit to run more than once.
  @discardableResult
  public func transaction<Value: Sendable>(
    isolation: IsolationLevel = .readCommitted, retries: Int = 0,
    _ body: @Sendable (Transaction) async throws -> Value
  ) async throws -> Value {
    var attempt = 0
    while true {
      do {
        return try await attemptTransaction(isolation, body)
      } catch let error as PostgreSQLError where error.isTransient && attempt < retries {
        attempt += 1
        try await Task.sleep(for: .milliseconds(Int.random(in: 5...(20 << min(attempt, 5)))))
      }
    }
  }

  /// Whether it is open, in no transaction, and the server has not hung up.
  public var isUsable: Bool {
    // A closure cannot borrow the handle out of the actor.
    guard handle != nil, !isClosed else { return false }
    return handle?.isUsable ?? false
  }

  /// Whether a pooler such as PgBouncer stands between. In its transaction mode nothing that belongs to a session holds from
  /// one transaction to the next: no lock, no `LISTEN`, no setting.
  public func isPooled() throws(PostgreSQLError) -> Bool {
    try open()
    return handle?.isPooled ?? false
  }

  /// Sets what runs at the end of each transaction, before it is committed; where it throws, nothing is stored.
  public func checkCommits(by check: (@Sendable (Transaction) async throws -> Void)?) { commitCheck = check }

  /// Closes the connection for good.
  public func close() {
    handle = nil
    isClosed = true
  }

  private func attemptTransaction<Value: Sendable>(
    _ isolation: IsolationLevel, _ body: @Sendable (Transaction) async throws -> Value
  ) async throws -> Value {
    try open()
    try handle?.begin(isolation)
    let value: Value
    do {
      value = try await body(Transaction(connection: self))
      try await commitCheck?(Transaction(connection: self))
    } catch {
      // The first failure is the one to tell; a connection that cannot even roll back is not usable any more.
      do { try execute(script: "ROLLBACK") } catch { handle = nil }
      throw error
    }
    do {
      try commit()
    } catch {
      do { try execute(script: "ROLLBACK") } catch { handle = nil }
      throw error
    }
    return value
  }

  /// A failed transaction answers `COMMIT` with success and the tag `ROLLBACK`; a body that swallowed the failure must
  /// not believe that it was stored.
  private func commit() throws(PostgreSQLError) {
    guard try result(of: "COMMIT").commandTag == "COMMIT" else {
      throw .statementFailed(
        sqlState: "25P02", reason: "a statement of the transaction failed, so nothing was stored", constraint: nil)
    }
  }

  private func result(of sql: SQL) throws(PostgreSQLError) -> ResultSet {
    try open()
    guard let result = try handle?.execute(sql) else { throw .connectionClosed }
    return result
  }
}
