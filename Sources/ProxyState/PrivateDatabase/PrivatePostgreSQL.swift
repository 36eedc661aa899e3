import FileSupport
import Foundation
import Glibc
public import PostgreSQL

/// A PostgreSQL of our own in the state directory, while `proxy.db.connection` is unset.
///
/// It is made on first use, listens on a Unix socket only, and lets in the user that it runs as and root. On a host where
/// `install.sh` made a systemd unit for it, that unit runs it. Elsewhere the first command that needs it starts it, and it
/// stays running when the command ends. What is committed survives a power failure.
public struct PrivatePostgreSQL: Sendable {
  private let directory: StateDirectory
  private let environment: [String: String]

  static let database = "snap_proxy"
  private static let superuser = "snap_proxy"

  /// The server of a state directory. Does nothing yet.
  /// - Parameter environment: `nil` for the process's own.
  public init(directory: StateDirectory, environment: [String: String]? = nil) {
    self.directory = directory
    self.environment = environment ?? ProcessInfo.processInfo.environment
  }

  /// How to reach the server by a socket in that directory. libpq sends nothing before the kernel has told that the process
  /// at the other end is the server's account's (`requirepeer`).
  private func connectionString(_ socketDirectory: String) throws -> ConnectionString {
    let quoted = socketDirectory.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
    let account = try ServerAccount.choose(for: directory.path).name
    return try ConnectionString(
      parsing: "host='\(quoted)' user=\(Self.superuser) dbname=\(Self.database) requirepeer='\(account)'")
  }

  /// Whether a systemd unit runs the server.
  private var isManaged: Bool { DatabaseUnit.of(directory) != nil }

  /// Makes and starts the server as far as that is needed. Programs that do so at once wait for each other.
  public func start() async throws -> ConnectionString {
    if let target = try await answering() { return target }
    try directory.prepare()
    if isManaged {
      try requirePrograms()
      // Without the lock, which the unit needs.
      try await awaitUnit()
    }
    let lock = try await FileLock.acquire(path: directory.postgresql + ".lock")
    defer { lock.unlock() }
    if let target = try await answering() { return target }
    if !isManaged {
      let account = try ServerAccount.choose(for: directory.path)
      let (programs, socketDirectory) = try await prepare(for: account)
      try await launch(programs, account, socketDirectory)
    }
    guard let socketDirectory else {
      throw PrivatePostgreSQLError.failed(
        action: "reach", directory: directory.postgresql, reason: "it has no directory for its socket")
    }
    let target = try connectionString(socketDirectory)
    try await makeDatabase(target)
    return target
  }

  /// - Returns: How to reach the server, if it answers.
  private func answering() async throws -> ConnectionString? {
    guard let socketDirectory else { return nil }
    let target = try connectionString(socketDirectory)
    return try await answers(target, in: socketDirectory) ? target : nil
  }

  /// Prepares the server, and says which command runs it in the foreground, logging to standard error.
  /// - Returns: The program and its arguments.
  public func foregroundCommand() async throws -> [String] {
    try directory.prepare()
    let lock = try await FileLock.acquire(path: directory.postgresql + ".lock")
    defer { lock.unlock() }
    let (programs, socketDirectory) = try await prepare(for: try ServerAccount.choose(for: directory.path))
    // The journal gets a priority for each line only by syslog.
    let log =
      environment["JOURNAL_STREAM"] == nil
      ? ["log_line_prefix="]
      : [
        "log_destination=syslog", "syslog_ident=snap-proxy-database", "syslog_sequence_numbers=off", "log_line_prefix=",
      ]
    // The systemd unit denies memory that is both writable and executable, which compiled queries need.
    return [programs.server, "-D", data, "-c", "unix_socket_directories=\(socketDirectory)", "-c", "jit=off"]
      + log.flatMap { ["-c", $0] }
  }

  /// Makes what is missing of the server, down to the directory of its socket.
  private func prepare(
    for account: ServerAccount
  ) async throws -> (programs: ServerPrograms, socketDirectory: String) {
    try prepareDirectory(for: account)
    let programs = try programs()
    guard try await ServerCommand.run(["test", "-x", directory.postgresql], as: account).isSuccess else {
      throw PrivatePostgreSQLError.unreachable(directory: directory.postgresql, user: account.name)
    }
    if !exists { try await initialize(programs, account) }
    do throws(DurableFileError) {
      // The state directory may have got another owner since the server was made.
      try account.withFileAccess { () throws(DurableFileError) in
        try AccessRules(account: account.name, databaseUser: Self.superuser).write(to: data)
      }
    } catch {
      throw PrivatePostgreSQLError.failed(action: "prepare", directory: directory.postgresql, reason: error.reason)
    }
    let sockets = sockets
    let socketDirectory: String
    if sockets.isInside {
      socketDirectory = try account.withFileAccess { () throws(PrivatePostgreSQLError) in
        try sockets.prepare(for: account, isServerRunning: serverProcess != nil)
      }
    } else {
      socketDirectory = try sockets.prepare(for: account, isServerRunning: serverProcess != nil)
    }
    account.withFileAccess { removeStaleLock(socketDirectory) }
    return (programs, socketDirectory)
  }

  /// Waits for the server of the systemd unit, which root's command or the boot starts.
  private func awaitUnit() async throws {
    let deadline = ContinuousClock.now + .seconds(5)
    guard let socketDirectory else { throw await DatabaseUnit.silence() }
    let target = try connectionString(socketDirectory).settingDatabase("postgres")
    while !(try await answers(target, in: socketDirectory)) {
      guard ContinuousClock.now < deadline else { throw await DatabaseUnit.silence() }
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  /// Starts the server. After a crash, its old processes may need a moment to notice; meanwhile it refuses to start.
  private func launch(
    _ programs: ServerPrograms, _ account: ServerAccount, _ socketDirectory: String
  ) async throws {
    let deadline = ContinuousClock.now + .seconds(15)
    while true {
      let ending = try await ServerCommand.run(
        [
          programs.control, "-D", data, "-w", "-t", "120", "-s", "-l", log, "-o",
          "-c unix_socket_directories=\(Self.shellQuoted(socketDirectory))", "start",
        ], as: account)
      if ending.isSuccess { return }
      let reason = lastComplaint ?? ending.reason
      guard reason.contains("shared memory block"), ContinuousClock.now < deadline else {
        throw PrivatePostgreSQLError.failed(action: "start", directory: directory.postgresql, reason: reason)
      }
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  /// Why the server gave up, from the end of its log; what `pg_ctl` says is only that there is one.
  private var lastComplaint: String? {
    let lines = Self.text(of: log)?.suffix(4096).split(whereSeparator: \.isNewline)
    guard let line = lines?.last(where: { $0.contains("FATAL:") }) else { return nil }
    return line.split(separator: "FATAL:").last.map { $0.trimmingCharacters(in: .whitespaces) }
  }

  /// Stops the server, waiting for transactions to be undone.
  /// - Returns: `false` where it did not run.
  @discardableResult
  public func stop() async throws -> Bool {
    guard exists else { return false }
    let lock = try await FileLock.acquire(path: directory.postgresql + ".lock")
    defer { lock.unlock() }
    guard serverProcess != nil else { return false }
    let account = try ServerAccount.choose(for: directory.path)
    let ending = try await ServerCommand.run(
      [try programs().control, "-D", data, "-w", "-t", "120", "-s", "-m", "fast", "stop"], as: account)
    guard ending.isSuccess || serverProcess == nil else {
      throw PrivatePostgreSQLError.failed(action: "stop", directory: directory.postgresql, reason: ending.reason)
    }
    // Empty now; under /run or /tmp it would stay for ever.
    if let socketDirectory { rmdir(socketDirectory) }
    return true
  }

  /// Whether it was ever made.
  public var exists: Bool { access("\(data)/PG_VERSION", F_OK) == 0 }

  /// Whether the server's process is there.
  public var isRunning: Bool { serverProcess != nil }

  private var data: String { "\(directory.postgresql)/data" }
  private var log: String { "\(directory.postgresql)/log" }

  private var sockets: SocketDirectory {
    SocketDirectory(of: directory.postgresql, isManaged: isManaged, isRoot: geteuid() == 0)
  }

  /// `nil` while none was chosen.
  private var socketDirectory: String? { sockets.path }

  /// - Throws: ``PrivatePostgreSQLError/notInstalled`` where the server's programs are not on this host.
  public func requirePrograms() throws(PrivatePostgreSQLError) { _ = try programs() }

  private func programs() throws(PrivatePostgreSQLError) -> ServerPrograms {
    let version = (try? SmallFile.read("\(data)/PG_VERSION", limit: 64))
      .map { String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines) }
    let path = environment["PATH"] ?? "/usr/bin:/bin"
    guard let programs = ServerPrograms.find(version: version, path: path) else { throw .notInstalled }
    return programs
  }

  /// The process in `postmaster.pid`, if it is our server: after a crash of the machine the number may be anybody's. A
  /// process that ended and that nobody asked for its status has no arguments any more.
  private var serverProcess: pid_t? {
    guard let lock = Self.text(of: "\(data)/postmaster.pid"),
      let number = lock.split(whereSeparator: \.isNewline).first.flatMap({ pid_t($0) }),
      let arguments = Self.text(of: "/proc/\(number)/cmdline"),
      arguments.split(separator: "\0").contains(Substring(data))
    else { return nil }
    return number
  }

  private static func text(of path: String) -> String? {
    (try? SmallFile.read(path, limit: 16 << 20)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Without this, a server refuses to start when another process of its user has the number of the dead one, or when
  /// nobody asked for the status of the dead one. Its children cannot be overlooked: they hold shared memory.
  private func removeStaleLock(_ socketDirectory: String) {
    guard serverProcess == nil else { return }
    unlink("\(data)/postmaster.pid")
    unlink("\(socketDirectory)/.s.PGSQL.5432.lock")
  }

  /// - Throws: ``PrivatePostgreSQLError/foreignDirectory(path:)`` where another user could have made the socket.
  private func answers(_ target: ConnectionString, in socketDirectory: String) async throws -> Bool {
    let account = try ServerAccount.choose(for: directory.path)
    guard try SocketDirectory.isThere(socketDirectory, of: account),
      access("\(socketDirectory)/.s.PGSQL.5432", F_OK) == 0
    else { return false }
    let connection = Connection(target)
    do throws(PostgreSQLError) {
      try await connection.open()
    } catch {
      switch error {
      case .unreachable, .databaseMissing, .connectionLost: return false
      default: throw error
      }
    }
    await connection.close()
    return true
  }

  private func prepareDirectory(for account: ServerAccount) throws(PrivatePostgreSQLError) {
    let path = directory.postgresql
    do throws(SystemFailure) { try NewFile.makeDirectory(path, mode: 0o711) } catch {
      throw .failed(action: "prepare", directory: path, reason: error.reason)
    }
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { throw .foreignDirectory(path: path) }
    guard status.st_uid != account.user else { return }
    guard geteuid() == 0, status.st_uid == 0, lchown(path, account.user, account.group) == 0 else {
      throw .foreignDirectory(path: path)
    }
  }

  /// Under another name, so that a half-made one is never taken for a whole one.
  private func initialize(_ programs: ServerPrograms, _ account: ServerAccount) async throws {
    let unfinished = "\(data).new"
    _ = try await ServerCommand.run(["rm", "-rf", "--", unfinished], as: account)
    let ending = try await ServerCommand.run(
      [
        programs.initdb, "-D", unfinished, "-U", Self.superuser, "--auth=reject", "-E", "UTF8", "--locale=C.UTF-8",
        "--no-instructions",
      ], as: account)
    guard ending.isSuccess else {
      throw PrivatePostgreSQLError.failed(action: "create", directory: directory.postgresql, reason: ending.reason)
    }
    // Made before the server runs: the first to connect would be refused, and the log would tell of it.
    let creation = try await ServerCommand.run(
      ["sh", "-c", #"echo "CREATE DATABASE $2" | exec "$1" --single -D "$3" postgres"#, "sh"]
        + [programs.server, Self.database, unfinished], as: account)
    guard creation.isSuccess else {
      throw PrivatePostgreSQLError.failed(action: "create", directory: directory.postgresql, reason: creation.reason)
    }
    do throws(DurableFileError) {
      try account.withFileAccess { () throws(DurableFileError) in
        try DurableFile.append(Self.settings, to: "\(unfinished)/postgresql.conf")
        guard rename(unfinished, data) == 0 else { throw .system }
        try DurableFile.flushDirectory(directory.postgresql)
      }
    } catch {
      throw PrivatePostgreSQLError.failed(action: "create", directory: directory.postgresql, reason: error.reason)
    }
  }

  private static let settings = """

    # The private PostgreSQL of a snap proxy.
    listen_addresses = ''
    unix_socket_permissions = 0700
    max_connections = 60
    shared_buffers = 64MB
    log_min_messages = warning

    """

  private func makeDatabase(_ target: ConnectionString) async throws {
    let connection = Connection(target.settingDatabase("postgres"))
    let name = Self.database
    if try await connection.query("SELECT 1 AS one FROM pg_database WHERE datname = \(name)").isEmpty {
      try await connection.execute("CREATE DATABASE \(identifier: name)")
    }
    await connection.close()
  }

  /// `pg_ctl` gives the server's options to a shell.
  private static func shellQuoted(_ text: String) -> String {
    "'\(text.replacing("'", with: "'\\''"))'"
  }
}
