import CommandLineKit
import FileSupport
import Glibc
import ProxyState
import Reporting

let startDatabase = Command<SnapProxyContext>(
  "start", summary: "Start the private PostgreSQL; every command that needs it does so too."
) { _, context in
  let directory = try await context.enterStateDirectory(starting: .any)
  _ = try await PrivatePostgreSQL(directory: directory).start()
  context.terminal.print("The private PostgreSQL is running in \(directory.postgresql)")
}

let stopDatabase = Command<SnapProxyContext>(
  "stop", summary: "Stop the private PostgreSQL, for example before the machine is moved."
) { _, context in
  // Root would start the database's unit on the way in.
  let directory = try await context.enterStateDirectory(starting: .none)
  let wasRunning = try await PrivatePostgreSQL(directory: directory).stop()
  context.terminal.print(
    wasRunning
      ? "Stopped the private PostgreSQL in \(directory.postgresql)"
      : "The private PostgreSQL in \(directory.postgresql) was not running")
}

let runDatabase = Command<SnapProxyContext>(
  "run",
  summary: "Run the private PostgreSQL in the foreground until SIGINT, as its systemd unit does.",
  description: """
    Makes the database first if it is missing. Ends with 3 if proxy.db.connection names another PostgreSQL, or if \
    PostgreSQL's programs are not installed.
    """,
  parameters: [checkOnly],
  examples: [Example("snap-proxy database run --check", "whether this host needs the private PostgreSQL")]
) { input, context in
  guard geteuid() != 0 || context.access.futureUser != nil else { throw DatabaseOfRoot() }
  let directory = try await context.enterStateDirectory(starting: .none)
  if input[checkOnly] {
    // systemd takes every failure of the check for "not needed". Other failures show when the server is run.
    if let unit = try? UnitConfiguration.load(from: directory), unit[.databaseConnection] != nil {
      throw OtherDatabase()
    }
    try PrivatePostgreSQL(directory: directory).requirePrograms()
    return
  }
  guard try UnitConfiguration.load(from: directory)[.databaseConnection] == nil else { throw OtherDatabase() }
  let command = try await PrivatePostgreSQL(directory: directory).foregroundCommand()
  let failure = ProgramReplacement.run(command)
  throw DatabaseNotStarted(program: command[0], reason: failure.reason)
}

private let checkOnly = Flag(
  "check", help: "Only check whether the private PostgreSQL is needed; the exit code says so.")

private struct DatabaseOfRoot: UserFacingError {
  var kind: FailureKind { .usage }
  var message: String { "cannot run the private PostgreSQL as root" }
  var advice: String? { "use 'snap-proxy database start', which runs it as the user postgres" }
}

private struct OtherDatabase: UserFacingError {
  var kind: FailureKind { .notConfigured }
  var message: String { "cannot run the private PostgreSQL: proxy.db.connection names another one" }
  var advice: String? { "'snap-proxy config proxy.db.connection=' brings the private one back" }
}

private struct DatabaseNotStarted: UserFacingError {
  let program: String
  let reason: String
  var kind: FailureKind { .failed }
  var message: String { "cannot run \(program): \(reason)" }
}
