import Foundation
import Glibc
public import PostgreSQL

/// A PostgreSQL of our own in the state directory, while `proxy.db.connection` is unset.
///
/// It is made on first use, listens on a Unix socket only, lets in the user that it runs as and root, and stays running
/// when the command that started it ends, so that the next one finds it at once. What is committed survives a power
/// failure.
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

  /// How to reach the server when it runs.
  public var connectionString: ConnectionString {
    get throws {
      let quoted = socketDirectory.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
      return try ConnectionString(parsing: "host='\(quoted)' user=\(Self.superuser) dbname=\(Self.database)")
    }
  }

  /// Makes and starts the server as far as that is needed. Programs that do so at once wait for each other.
  public func start() async throws -> ConnectionString {
    let target = try connectionString
    if try await answers(target) { return target }
    try directory.prepare()
    let lock = try await FileLock.acquire(path: directory.postgresql + ".lock")
    defer { lock.unlock() }
    if try await answers(target) { return target }
    let account = try ServerAccount.choose(for: directory.path)
    try prepareDirectory(for: account)
    let programs = try programs()
    guard try await ServerCommand.run(["test", "-x", directory.postgresql], as: account).isSuccess else {
      throw PrivatePostgreSQLError.unreachable(directory: directory.postgresql, user: account.name)
    }
    if !exists { try await initialize(programs, account) }
    try SocketDirectory.prepare(socketDirectory, for: account)
    removeStaleLock()
    try await launch(programs, account)
    try await makeDatabase(target)
    return target
  }

  /// Starts the server. After a crash, its old processes may need a moment to notice; meanwhile it refuses to start.
  private func launch(_ programs: ServerPrograms, _ account: ServerAccount) async throws {
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

  /// Stops the server, waiting for transactions to be undone; does nothing where it does not run.
  public func stop() async throws {
    guard exists else { return }
    let lock = try await FileLock.acquire(path: directory.postgresql + ".lock")
    defer { lock.unlock() }
    guard serverProcess != nil else { return }
    let account = try ServerAccount.choose(for: directory.path)
    let ending = try await ServerCommand.run(
      [try programs().control, "-D", data, "-w", "-t", "120", "-s", "-m", "fast", "stop"], as: account)
    guard ending.isSuccess || serverProcess == nil else {
      throw PrivatePostgreSQLError.failed(action: "stop", directory: directory.postgresql, reason: ending.reason)
    }
    // Empty now; under /run or /tmp nobody else would remove it.
    rmdir(socketDirectory)
  }

  /// Whether it was ever made.
  public var exists: Bool { access("\(data)/PG_VERSION", F_OK) == 0 }

  /// Whether the server's process is there.
  public var isRunning: Bool { serverProcess != nil }

  private var data: String { "\(directory.postgresql)/data" }
  private var log: String { "\(directory.postgresql)/log" }

  private var socketDirectory: String {
    SocketDirectory.path(
      for: directory.postgresql, runtimeDirectory: environment["XDG_RUNTIME_DIR"], isRoot: geteuid() == 0)
  }

  private func programs() throws(PrivatePostgreSQLError) -> ServerPrograms {
    let version = FileManager.default.contents(atPath: "\(data)/PG_VERSION")
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
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Without this, a server refuses to start when another process of its user has the number of the dead one, or when
  /// nobody asked for the status of the dead one. Its children cannot be overlooked: they hold shared memory.
  private func removeStaleLock() {
    guard serverProcess == nil else { return }
    unlink("\(data)/postmaster.pid")
    unlink("\(socketDirectory)/.s.PGSQL.5432.lock")
  }

  private func answers(_ target: ConnectionString) async throws -> Bool {
    guard access("\(socketDirectory)/.s.PGSQL.5432", F_OK) == 0 else { return false }
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
    if mkdir(path, 0o711) != 0, errno != EEXIST {
      throw .failed(action: "prepare", directory: path, reason: String(cString: strerror(errno)))
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
    try? FileManager.default.removeItem(atPath: unfinished)
    let ending = try await ServerCommand.run(
      [
        programs.initdb, "-D", unfinished, "-U", Self.superuser, "--auth=reject", "-E", "UTF8", "--locale=C.UTF-8",
        "--no-instructions",
      ], as: account)
    guard ending.isSuccess else {
      throw PrivatePostgreSQLError.failed(action: "create", directory: directory.postgresql, reason: ending.reason)
    }
    do throws(DurableFileError) {
      try DurableFile.append(Self.settings, to: "\(unfinished)/postgresql.conf")
      try DurableFile.overwrite("\(unfinished)/pg_hba.conf", with: "local all all peer map=snap_proxy\n")
      let users = Set(["root", account.name]).sorted().map { "snap_proxy \($0) \(Self.superuser)\n" }
      try DurableFile.overwrite("\(unfinished)/pg_ident.conf", with: users.joined())
      guard rename(unfinished, data) == 0 else { throw .system }
      try DurableFile.flushDirectory(directory.postgresql)
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
