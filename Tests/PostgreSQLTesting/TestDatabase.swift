public import PostgreSQL
import ProcessTesting

/// A database of one test.
public struct TestDatabase: Sendable {
  /// Its name in the cluster.
  public let name: String
  /// How to reach it as superuser.
  public let connectionString: ConnectionString
  private let cluster: TestCluster

  init(name: String, connectionString: ConnectionString, cluster: TestCluster) {
    self.name = name
    self.connectionString = connectionString
    self.cluster = cluster
  }

  /// Makes a fresh, empty database in the cluster of this process.
  public static func make() async throws -> TestDatabase { try await TestCluster.shared().makeDatabase() }

  /// Runs a script that `pg_dump` wrote, by `psql`.
  public func load(_ path: String) throws {
    try Shell.run([
      "\(cluster.binaries)/psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", cluster.socketDirectory, "-U", "snapstore",
      "-d", name, "-f", path,
    ])
  }

  /// Asks by `psql`, a witness that we did not write.
  /// - Returns: The rows without headings, columns separated by `|`, without the last line feed.
  @discardableResult
  public func psql(_ statement: String) throws -> String {
    try Shell.run([
      "\(cluster.binaries)/psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", cluster.socketDirectory,
      "-U", "snapstore", "-d", name, "-c", statement,
    ])
  }
}
