import Cryptography
import Foundation
import Glibc
import ProcessTesting
import StoreSimulator
import Testing

/// The machine behind the gap: `snap-proxy` on its private PostgreSQL.
final class Host: Sendable {
  let rootKey: String
  let port: Int
  let securePort: Int
  private let folder: ScratchDirectory

  /// A host in air-gapped mode that trusts the root.
  static func make(rootKey: String) async throws -> Host {
    let host = try Host(rootKey: rootKey)
    try await host.snapProxy(
      "config", "proxy.ipaddress=127.0.0.1", "proxy.port.http=\(host.port)", "proxy.trust.root-keys=\(rootKey)")
    try await host.snapProxy("enable-airgap-mode")
    return host
  }

  /// How to reach the private PostgreSQL.
  func privateDatabase() throws -> String {
    let lock = try String(contentsOfFile: "\(state)/postgresql/data/postmaster.pid", encoding: .utf8)
    let lines = lock.split(separator: "\n", omittingEmptySubsequences: false)
    return "host=\(lines.count > 4 ? String(lines[4]) : "") user=snap_proxy dbname=snap_proxy"
  }

  /// A host in online mode behind which the simulated store is.
  /// - Parameter first: Another unit, whose database and state of shared settings it uses.
  static func online(behind simulator: RunningSimulator, sharing first: Host? = nil) async throws -> Host {
    let host = try Host(rootKey: simulator.rootKeyID.base64URL)
    let url = simulator.baseURL
    if let first {
      try await host.snapProxy("config", "proxy.db.connection=\(try first.privateDatabase())")
      try await host.snapProxy("config", "proxy.ipaddress=127.0.0.1", "proxy.port.http=\(host.port)")
      return host
    }
    try await host.snapProxy(
      "config", "proxy.ipaddress=127.0.0.1", "proxy.domain=127.0.0.1", "proxy.port.http=\(host.port)",
      "proxy.port.https=\(host.securePort)", "proxy.trust.root-keys=\(host.rootKey)", "proxy.upstream=\(url)",
      "proxy.dashboard.location=\(url)", "proxy.sso.location=\(url)",
      "proxy.sso.public.key=\(simulator.loginKey)")
    return host
  }

  private init(rootKey: String) throws {
    self.rootKey = rootKey
    folder = try ScratchDirectory()
    port = try freePort()
    securePort = try freePort()
    // Also if this process is killed.
    try Watchdog.run(
      #"SNAP_PROXY_HOME="$2/state" "$1" database stop; rm -rf "$2""#, [Programs.snapProxy, folder.path])
  }

  deinit {
    // The watchdog comes too late for a disk that is short of room.
    _ = try? Shell.run(["env", "SNAP_PROXY_HOME=\(folder.path)/state", Programs.snapProxy, "database", "stop"])
  }

  var url: String { "http://127.0.0.1:\(port)" }
  var state: String { "\(folder.path)/state" }
  var environment: [String: String] {
    Programs.environment(home: folder.path).merging(["SNAP_PROXY_HOME": state]) { $1 }
  }

  func run(_ arguments: [String], limits: [String] = []) async throws -> ProcessOutcome {
    try await Programs.run(limits + [Programs.snapProxy] + arguments, environment: environment)
  }

  func start(_ arguments: [String], of program: String = Programs.snapProxy) async throws -> RunningProcess {
    try await RunningProcess.start([program] + arguments, environment: environment)
  }

  /// Standard output of a command that must succeed.
  @discardableResult
  func snapProxy(_ arguments: String...) async throws -> String {
    try await run(arguments).success(arguments.joined(separator: " "))
  }

  /// Starts the server and waits until it is ready.
  func serve(with program: String = Programs.snapProxy) async throws -> RunningProcess {
    let server = try await start(["serve"], of: program)
    for _ in 0..<300 {
      if try await status("/_status/ready") == "200" { return server }
      try await Task.sleep(for: .milliseconds(100))
    }
    server.signal(SIGTERM)
    throw Unexpected(command: "serve", outcome: await server.outcome())
  }

  /// The status code of a GET; `000` where nothing answers.
  func status(_ path: String) async throws -> String {
    try await curl(["-o", "/dev/null", "-w", "%{http_code}"], path).output
  }

  /// The body of a GET that must succeed.
  func get(_ path: String) async throws -> String { try await curl(["--fail"], path).success("GET \(path)") }

  func curl(_ options: [String], _ path: String) async throws -> ProcessOutcome {
    try await Programs.run(
      [
        "curl", "--silent", "--show-error", "--max-time", "60", "-H", "Snap-Device-Series: 16", "-H",
        "Snap-Device-Architecture: amd64",
      ] + options + [url + path], environment: environment)
  }

  /// What snapd's own packages make of the store; the JSON that the check printed.
  func device(_ check: String...) async throws -> ProcessOutcome { try await snapd(check) }

  func snapd(_ check: [String]) async throws -> ProcessOutcome {
    try await Programs.run(
      [try await Programs.snapdClient.value, "--url", url, "--root-key", rootKey] + check, environment: environment)
  }

  /// Schemathesis finds nothing that is not as the OpenAPI file says.
  /// - Parameter header: Lets it in.
  func expectConformance(with file: String, as header: String) async throws {
    let judge = [Programs.conformance("schemathesis/judge"), try await Programs.schemathesis.value]
    let outcome = try await Programs.run(judge + [file, url, header], environment: environment)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
  }
}
