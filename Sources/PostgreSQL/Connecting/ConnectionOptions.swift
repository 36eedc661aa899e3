/// How long things may take on a connection.
public struct ConnectionOptions: Sendable, Hashable {
  /// Until the server has let us in. `connect_timeout` in the connection string goes first.
  public var connectTimeout: Duration
  /// For one statement, enforced by the server; `nil` for no limit.
  public var statementTimeout: Duration?
  /// What `pg_stat_activity` shows.
  public var applicationName: String

  /// Options with plain defaults.
  public init(
    connectTimeout: Duration = .seconds(10), statementTimeout: Duration? = .seconds(60),
    applicationName: String = "snap-proxy"
  ) {
    self.connectTimeout = connectTimeout
    self.statementTimeout = statementTimeout
    self.applicationName = applicationName
  }
}
