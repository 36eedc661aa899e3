import Foundation
import Glibc
public import PostgreSQL
import ProcessTesting

/// PgBouncer before the cluster of this process, in its transaction mode: each transaction gets any session of the server.
///
/// A ``Watchdog`` ends it with the process.
public struct TestPooler: Sendable {
  /// Why there is none; for a test that is skipped.
  public static let reasonWhenMissing = "the package pgbouncer is not installed: scripts/setup --tests"

  /// Whether the program is there.
  public static var isInstalled: Bool { access(program, X_OK) == 0 }

  private static let program = "/usr/sbin/pgbouncer"
  private let directory: String

  /// Starts one, and waits until it answers.
  public static func start() async throws -> TestPooler {
    let cluster = try await TestCluster.shared()
    let directory = try Shell.run(cluster.account + ["mktemp", "-d", "/tmp/poolerXXXXXX"])
    let file = directory + "/pgbouncer.ini"
    try """
    [databases]
    * = host=\(cluster.socketDirectory) user=snapstore
    [pgbouncer]
    unix_socket_dir = \(directory)
    listen_port = 6432
    auth_type = any
    pool_mode = transaction
    pidfile = \(directory)/pid
    logfile = \(directory)/log
    """.write(toFile: file, atomically: true, encoding: .utf8)
    try Watchdog.run(#"kill "$(cat "$1/pid")"; rm -rf "$1""#, [directory], as: cluster.account)
    // It writes this line when it listens.
    let start = #"""
      cd / && "$0" -q -d "$1" </dev/null >/dev/null 2>&1
      timeout 60 tail -n +1 -F "$2" 2>/dev/null | grep -q -m 1 'process up' || { cat "$2"; exit 1; }
      """#
    try Shell.run(cluster.account + ["sh", "-c", start, program, file, "\(directory)/log"])
    return TestPooler(directory: directory)
  }

  /// The way through the pooler.
  public func connectionString(of database: TestDatabase) throws -> ConnectionString {
    try connectionString(database: database.name)
  }

  private func connectionString(database: String) throws -> ConnectionString {
    try ConnectionString(parsing: "host=\(directory) port=6432 user=snapstore dbname=\(database)")
  }
}
