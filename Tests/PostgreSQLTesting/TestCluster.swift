import Foundation
import Glibc
public import PostgreSQL
import ProcessTesting

/// One private PostgreSQL for all tests of a process: started by the first that asks, on a Unix socket in a temporary
/// directory, without `fsync`.
///
/// A ``Watchdog`` stops the server and removes the directory: nothing stays, not even after `kill -9`.
public final class TestCluster: Sendable {
  private static let started = Task { try TestCluster() }

  /// The cluster of this process.
  public static func shared() async throws -> TestCluster { try await started.value }

  /// Where `psql` finds the server.
  public let socketDirectory: String
  /// Where the tools of the server's version are.
  public let binaries: String
  private let directory: String
  /// What stands before a command so that it runs as the user of the server.
  let account: [String]

  private init() throws {
    binaries = try Self.findBinaries()
    account = geteuid() == 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] : []
    let directory = try Shell.run(account + ["mktemp", "-d", "/tmp/pgtestXXXXXX"])
    self.directory = directory
    socketDirectory = directory
    try Watchdog.run(
      #""$1/pg_ctl" -D "$2/data" -m immediate -s stop; rm -rf "$2""#, [binaries, directory], as: account)
    try Shell.run(
      account + [
        "env", "-C", "/", "\(binaries)/initdb", "-D", "\(directory)/data", "-U", "snapstore", "-A", "trust",
        "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions",
      ])
    // Whoever has the role `by_password` must know a password; all others are let in.
    try Shell.run(
      account + ["sed", "-i", "1i local all +by_password scram-sha-256", "\(directory)/data/pg_hba.conf"])
    try Shell.run(
      account + [
        "env", "-C", "/", "\(binaries)/pg_ctl", "-D", "\(directory)/data", "-w", "-s", "-l", "\(directory)/log", "-o",
        """
        -c listen_addresses='' -c unix_socket_directories=\(directory) -c fsync=off -c synchronous_commit=off \
        -c full_page_writes=off -c max_connections=600
        """, "start",
      ])
    try Shell.run([
      "\(binaries)/psql", "-X", "-q", "-h", directory, "-U", "snapstore", "-d", "postgres", "-c",
      "CREATE ROLE by_password",
    ])
  }

  /// Makes a database of a fresh name.
  /// - Parameter template: A database that nobody is connected to; the new one is its copy.
  /// - Parameter encoding: Of its text.
  public func makeDatabase(template: String = "template0", encoding: String = "UTF8") async throws -> TestDatabase {
    let name = "test_" + UUID().uuidString.lowercased().replacing("-", with: "")
    let connection = Connection(try connectionString(database: "postgres"))
    try await connection.execute(
      encoding == "UTF8"
        ? "CREATE DATABASE \(identifier: name) TEMPLATE \(identifier: template)"
        : """
        CREATE DATABASE \(identifier: name) TEMPLATE \(identifier: template) ENCODING \(identifier: encoding)
        LC_COLLATE "C" LC_CTYPE "C"
        """)
    await connection.close()
    return TestDatabase(name: name, connectionString: try connectionString(database: name), cluster: self)
  }

  /// The connection string of the superuser for one database.
  public func connectionString(database: String) throws -> ConnectionString {
    try ConnectionString(parsing: "host=\(socketDirectory) user=snapstore dbname=\(database)")
  }

  private static func findBinaries() throws -> String {
    let root = "/usr/lib/postgresql"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    let newest = versions.filter { access("\(root)/\($0)/bin/initdb", X_OK) == 0 }
      .max { (Int($0) ?? 0) < (Int($1) ?? 0) }
    guard let newest else { throw ShellFailure(command: "initdb", output: "install the package 'postgresql'") }
    return "\(root)/\(newest)/bin"
  }
}
