import Foundation
import Glibc
import ProcessTesting

/// Squid, the way out that administrators know: it asks for a password, knows the name that nobody else knows, and lets
/// nothing through but tunnels to one port.
final class Squid: Sendable {
  static let user = "fleet"
  static let password = "correct-horse:battery"
  /// As it stands in an address.
  static let escapedPassword = "correct-horse%3Abattery"

  let port: Int
  private let process: RunningProcess
  private let folder: ScratchDirectory

  /// Without a password.
  var url: String { "http://127.0.0.1:\(port)" }
  var urlWithPassword: String { "http://\(Self.user):\(Self.escapedPassword)@127.0.0.1:\(port)" }

  /// One line for each request, squid's own words. Who only looked whether it listens asked nothing.
  var log: [String] {
    let text = (try? String(contentsOfFile: "\(folder.path)/squid/access.log", encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map(String.init).filter { !$0.contains("error:transaction-end-before-headers") }
  }

  private init(port: Int, process: RunningProcess, folder: ScratchDirectory) {
    self.port = port
    self.process = process
    self.folder = folder
  }

  static func start(leadingTo upstreamPort: Int) async throws -> Squid {
    let folder = try ScratchDirectory()
    let home = folder.path + "/squid"
    try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: false)
    let port = try freePort()
    let hash = try Shell.run(["openssl", "passwd", "-apr1", password])
    try "\(user):\(hash)\n".write(toFile: home + "/users", atomically: true, encoding: .utf8)
    try "127.0.0.1 \(SecureFront.host)\n".write(toFile: home + "/hosts", atomically: true, encoding: .utf8)
    try """
    http_port 127.0.0.1:\(port)
    visible_hostname squid.test
    hosts_file \(home)/hosts
    pid_filename \(home)/squid.pid
    access_log stdio:\(home)/access.log
    cache_log \(home)/cache.log
    coredump_dir \(home)
    netdb_filename none
    pinger_enable off
    cache deny all
    shutdown_lifetime 0 seconds
    auth_param basic program /usr/lib/squid/basic_ncsa_auth \(home)/users
    acl known proxy_auth REQUIRED
    acl upstream port \(upstreamPort)
    http_access deny !CONNECT
    http_access deny !upstream
    http_access allow known
    http_access deny all
    """.write(toFile: home + "/squid.conf", atomically: true, encoding: .utf8)
    // Root's squid becomes another user, who writes here.
    if geteuid() == 0 { try Shell.run(["chown", "-R", "proxy:proxy", home]) }
    let process = try await RunningProcess.start(
      ["squid", "-N", "-f", home + "/squid.conf"], environment: Programs.environment(home: home))
    try await listens(port, process)
    return Squid(port: port, process: process, folder: folder)
  }

  func stop() async {
    process.signal(SIGTERM)
    _ = await process.outcome()
  }
}
