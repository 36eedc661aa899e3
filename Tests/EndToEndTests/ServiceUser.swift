import Foundation
import Glibc
import ProcessTesting

/// A state directory that belongs to a user other than the one who runs the tests, as on an installed host.
struct ServiceUser: Sendable {
  /// A user that every Debian has and that runs nothing.
  static let name = "daemon"

  let folder: ScratchDirectory
  let port: Int
  /// A copy that the user can reach, wherever the programs were built.
  let program: String

  var state: String { folder.path + "/state" }
  var url: String { "http://127.0.0.1:\(port)" }

  init() throws {
    folder = try ScratchDirectory()
    port = try freePort()
    program = folder.path + "/snap-proxy"
    // By a child: a descriptor of this process would be inherited by programs that other tests start at the same time, and
    // a file that is open for writing cannot be run.
    try Shell.run(["cp", Programs.snapProxy, program])
    try Shell.run(["chmod", "755", program])
    try Watchdog.run(
      #"SNAP_PROXY_HOME="$2/state" "$1" database stop; rm -rf "$2""#, [program, folder.path])
  }

  /// Makes the empty state directory, as `install.sh` does.
  func makeStateDirectory() throws {
    try Shell.run(["install", "-d", "-m", "711", "-o", Self.name, "-g", Self.name, state])
  }

  private func environment(home: String? = nil) -> [String: String] {
    Programs.environment(home: home ?? folder.path).merging(["SNAP_PROXY_HOME": state]) { $1 }
  }

  /// Runs a command as root.
  /// - Parameter umask: Octal digits.
  func asRoot(umask: String = "022", _ arguments: String...) async throws -> ProcessOutcome {
    try await Programs.run(
      ["sh", "-c", "umask \(umask); exec \"$@\"", "sh", program] + arguments, environment: environment())
  }

  /// Runs a command as another user, without a state directory in the environment.
  func run(as user: String, home: String, _ arguments: String...) async throws -> ProcessOutcome {
    try await Programs.run(
      ["setpriv", "--reuid=\(user)", "--regid=\(user)", "--clear-groups", program] + arguments,
      environment: Programs.environment(home: home))
  }

  /// Starts the server.
  /// - Parameter asRoot: Otherwise as the user of the service, as the systemd unit does.
  func serve(asRoot: Bool = false, with extra: [String: String] = [:]) async throws -> RunningProcess {
    let change = asRoot ? [] : ["setpriv", "--reuid=\(Self.name)", "--regid=\(Self.name)", "--clear-groups"]
    return try await RunningProcess.start(
      change + [program, "serve"], environment: environment().merging(extra) { $1 })
  }

  /// Waits until the server answers a path with a status.
  func await(_ path: String, status: String, server: RunningProcess) async throws {
    for _ in 0..<300 {
      if try await curl(["-o", "/dev/null", "-w", "%{http_code}"], path).output == status { return }
      try await Task.sleep(for: .milliseconds(100))
    }
    server.signal(SIGTERM)
    throw Unexpected(command: "serve: \(path) is not \(status)", outcome: await server.outcome())
  }

  func curl(_ options: [String], _ path: String) async throws -> ProcessOutcome {
    try await Programs.run(
      ["curl", "--silent", "--show-error", "--max-time", "20", "-H", "Snap-Device-Series: 16"] + options + [url + path],
      environment: environment())
  }

  /// Everything below the state directory that belongs to another user than the service's.
  func foreignFiles() throws -> String { try Shell.run(["find", state, "!", "-user", Self.name]) }
}
