import CPostgreSQL
import Glibc
import Reporting

/// The owner of one `PGconn`. Every call blocks.
struct ConnectionHandle: ~Copyable {
  private let connection: OpaquePointer
  /// Whether a pooler stands between, which may give each transaction another session of the server.
  let isPooled: Bool
  private let statementTimeout: Int

  /// Connects.
  init(_ target: ConnectionString, _ options: ConnectionOptions) throws(PostgreSQLError) {
    let connection = try Self.start(target, options)
    let limit = options.statementTimeout.map { Int($0 / .milliseconds(1)) } ?? 0
    let pooled: Bool
    do throws(PostgreSQLError) {
      try Self.complete(connection, target, options)
      PQsetNoticeProcessor(connection, { _, _ in }, nil)
      PQsetErrorVerbosity(connection, PQERRORS_DEFAULT)
      try Self.requireUnicode(connection, target)
      pooled = try Self.goesThroughPooler(connection)
      try Self.prepare(connection, isPooled: pooled, statementTimeout: limit)
    } catch {
      PQfinish(connection)
      throw error
    }
    self.connection = connection
    isPooled = pooled
    statementTimeout = limit
  }

  deinit { PQfinish(connection) }

  /// Whether the connection can be used, without asking the server. A server that speaks without being asked is most
  /// likely saying goodbye.
  var isUsable: Bool {
    guard PQstatus(connection) == CONNECTION_OK, PQtransactionStatus(connection) == PQTRANS_IDLE else { return false }
    var state = pollfd(fd: PQsocket(connection), events: Int16(POLLIN), revents: 0)
    return poll(&state, 1, 0) == 0
  }

  var socket: Int32 { PQsocket(connection) }

  /// Runs one statement.
  func execute(_ sql: SQL) throws(PostgreSQLError) -> ResultSet {
    let parameters = try ParameterBlock(sql.parameters)
    let result = parameters.withPointers { types, values, lengths, formats in
      PQexecParams(connection, sql.text, Int32(parameters.count), types, values, lengths, formats, 0)
    }
    return try check(result)
  }

  /// Begins a transaction. What a session would keep of its settings belongs to the transaction behind a pooler.
  func begin(_ isolation: IsolationLevel) throws(PostgreSQLError) {
    let limit = isPooled ? "; SET LOCAL statement_timeout TO \(statementTimeout)" : ""
    try execute(script: "BEGIN ISOLATION LEVEL \(isolation.rawValue)\(limit)")
  }

  /// Runs several statements of the program that have no parameters, separated by semicolons.
  func execute(script: String) throws(PostgreSQLError) { _ = try check(PQexec(connection, script)) }

  /// Sends all statements before it reads the first answer: one round trip instead of many. Outside of a transaction
  /// the statements are one.
  func execute(batch: [SQL]) throws(PostgreSQLError) {
    guard !batch.isEmpty else { return }
    guard PQenterPipelineMode(connection) == 1 else { throw lost() }
    var failure: PostgreSQLError?
    do throws(PostgreSQLError) {
      for sql in batch {
        let parameters = try ParameterBlock(sql.parameters)
        let sent = parameters.withPointers { types, values, lengths, formats in
          PQsendQueryParams(connection, sql.text, Int32(parameters.count), types, values, lengths, formats, 0)
        }
        guard sent == 1 else { throw lost() }
      }
    } catch { failure = error }
    guard PQpipelineSync(connection) == 1 else { throw lost() }
    if let failed = drainPipeline() { failure = failure ?? failed }
    guard PQexitPipelineMode(connection) == 1 else { throw lost() }
    if let failure { throw failure }
  }

  /// The notifications that arrived, after reading what is there.
  func notifications() throws(PostgreSQLError) -> [ListenerEvent] {
    guard PQconsumeInput(connection) == 1 else { throw lost() }
    var arrived: [ListenerEvent] = []
    while let notification = PQnotifies(connection) {
      defer { PQfreemem(notification) }
      arrived.append(
        .notified(
          channel: String(cString: notification.pointee.relname), payload: String(cString: notification.pointee.extra)))
    }
    return arrived
  }

  /// Reads the answers up to the sync point.
  private func drainPipeline() -> PostgreSQLError? {
    var failure: PostgreSQLError?
    while true {
      // nil ends one statement's results; the next call begins the next one's.
      guard let result = PQgetResult(connection) else {
        if PQstatus(connection) != CONNECTION_OK { return failure ?? lost() }
        continue
      }
      let status = PQresultStatus(result)
      if status == PGRES_PIPELINE_SYNC {
        PQclear(result)
        return failure
      }
      if failure == nil, status != PGRES_COMMAND_OK, status != PGRES_TUPLES_OK {
        failure = StatementFailure.error(of: result, connection)
      }
      PQclear(result)
    }
  }

  private func check(_ result: OpaquePointer?) throws(PostgreSQLError) -> ResultSet {
    guard let result else { throw lost() }
    switch PQresultStatus(result) {
    case PGRES_COMMAND_OK, PGRES_TUPLES_OK: return ResultSet(takingOwnershipOf: result)
    default:
      defer { PQclear(result) }
      throw StatementFailure.error(of: result, connection)
    }
  }

  private func lost() -> PostgreSQLError { StatementFailure.connectionLost(connection) }
}

extension ConnectionHandle {
  /// What every connection asks for unless its string says otherwise. Keepalives find a server that vanished without
  /// a word in about a minute.
  private static func start(
    _ target: ConnectionString, _ options: ConnectionOptions
  ) throws(PostgreSQLError) -> OpaquePointer {
    var keywords = [
      "keepalives_idle": "30", "keepalives_interval": "10", "keepalives_count": "3", "client_encoding": "UTF8",
      "fallback_application_name": options.applicationName,
    ]
    keywords.merge(target.keywords) { _, given in given }
    let names = keywords.keys.map { strdup($0) } + [nil]
    let values = keywords.keys.map { keywords[$0].map { strdup($0) } ?? nil } + [nil]
    defer { (names + values).forEach { free($0) } }
    let connection = names.map { UnsafePointer($0) }.withUnsafeBufferPointer { names in
      values.map { UnsafePointer($0) }.withUnsafeBufferPointer { values in
        PQconnectStartParams(names.baseAddress, values.baseAddress, 0)
      }
    }
    guard let connection else { throw .unreachable(server: target.server, reason: "out of memory") }
    return connection
  }

  private static func complete(
    _ connection: OpaquePointer, _ target: ConnectionString, _ options: ConnectionOptions
  ) throws(PostgreSQLError) {
    guard PQstatus(connection) != CONNECTION_BAD else { throw ConnectionFailure.error(of: connection, to: target) }
    PQsetErrorVerbosity(connection, PQERRORS_VERBOSE)
    let seconds = target.keywords["connect_timeout"].flatMap { Int($0) }.map { min(max($0, 0), 86_400) }
    let limit = seconds.map { $0 == 0 ? Duration.seconds(3600) : .seconds($0) } ?? options.connectTimeout
    let deadline = ContinuousClock.now + limit
    var wanted = PGRES_POLLING_WRITING
    while wanted != PGRES_POLLING_OK {
      guard wanted != PGRES_POLLING_FAILED else { throw ConnectionFailure.error(of: connection, to: target) }
      let left = ContinuousClock.now.duration(to: deadline)
      guard left > .zero else {
        throw .unreachable(server: target.server, reason: "no answer within \(limit.components.seconds) seconds")
      }
      let events = wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT
      var state = pollfd(fd: PQsocket(connection), events: Int16(events), revents: 0)
      _ = poll(&state, 1, Int32(clamping: Saturating.sum(Saturating.product(left.components.seconds, 1000), 50)))
      wanted = PQconnectPoll(connection)
    }
  }

  /// PostgreSQL cannot convert every character of a snap's title or a publisher's name to another encoding.
  private static func requireUnicode(_ connection: OpaquePointer, _ target: ConnectionString) throws(PostgreSQLError) {
    guard let encoding = PQparameterStatus(connection, "server_encoding").map({ String(cString: $0) }),
      encoding != "UTF8"
    else { return }
    let user = PQuser(connection).map { String(cString: $0) } ?? "?"
    throw .wrongEncoding(
      server: target.server, database: PQdb(connection).map { String(cString: $0) } ?? user, user: user,
      encoding: encoding)
  }

  /// A pooler cannot tell its clients the number of the server's process: in transaction mode there is none.
  private static func goesThroughPooler(_ connection: OpaquePointer) throws(PostgreSQLError) -> Bool {
    let result = PQexec(connection, "SELECT pg_backend_pid()")
    defer { PQclear(result) }
    guard PQresultStatus(result) == PGRES_TUPLES_OK, PQntuples(result) == 1, let value = PQgetvalue(result, 0, 0) else {
      throw StatementFailure.connectionLost(connection)
    }
    return Int32(String(cString: value)) != PQbackendPID(connection)
  }

  /// Makes the server's text forms the ones that ``Row`` reads, and sets the limits.
  ///
  /// Behind a pooler other programs may get the same session of the server later, and this one another. So only those
  /// settings are made that poolers keep for each client: PgBouncer does for the time zone and the style of dates.
  private static func prepare(
    _ connection: OpaquePointer, isPooled: Bool, statementTimeout: Int
  ) throws(PostgreSQLError) {
    let own =
      "; SET intervalstyle TO iso_8601; SET bytea_output TO hex; SET extra_float_digits TO 1; "
      + "SET statement_timeout TO \(statementTimeout)"
    let result = PQexec(connection, "SET TIME ZONE 'UTC'; SET datestyle TO ISO\(isPooled ? "" : own)")
    defer { PQclear(result) }
    guard PQresultStatus(result) == PGRES_COMMAND_OK else { throw StatementFailure.connectionLost(connection) }
  }
}
