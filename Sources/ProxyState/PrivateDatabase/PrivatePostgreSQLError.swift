public import Reporting

/// Why the private PostgreSQL does not run.
public enum PrivatePostgreSQLError: UserFacingError, Equatable {
  /// The server's programs are not on this machine.
  case notInstalled
  /// Root may not run the server, and there is no ordinary user to run it as.
  case noAccount
  /// One of the server's programs failed.
  case failed(action: String, directory: String, reason: String)
  /// The user that the server runs as is stopped by a folder above.
  case unreachable(directory: String, user: String)
  /// Another user owns a directory of the server.
  case foreignDirectory(path: String)
  /// systemd cannot start the server's unit.
  case unitFailed(reason: String)
  /// The server's unit starts, and does not accept connections yet.
  case unitStarting
  /// The server's unit does not run, and this user may not start it.
  case unitStopped

  /// Without PostgreSQL the proxy is not configured.
  public var kind: FailureKind {
    switch self {
    case .notInstalled, .noAccount: .notConfigured
    case .failed, .unreachable, .foreignDirectory, .unitFailed: .failed
    case .unitStarting, .unitStopped: .network
    }
  }

  /// What does not run, and why.
  public var message: String {
    switch self {
    case .notInstalled: "cannot start the private PostgreSQL: its programs (initdb, pg_ctl) are not installed"
    case .noAccount: "cannot start the private PostgreSQL: it must not run as root, and there is no user 'postgres'"
    case .failed(let action, let directory, let reason):
      "cannot \(action) the private PostgreSQL in \(directory): \(reason)"
    case .unreachable(let directory, let user):
      "cannot start the private PostgreSQL: it runs as the user '\(user)', who cannot reach \(directory)"
    case .foreignDirectory(let path):
      "cannot start the private PostgreSQL: \(path) is a link, belongs to another user, or is open to other users"
    case .unitFailed(let reason): "cannot start the private PostgreSQL: \(reason)"
    case .unitStarting: "cannot reach the private PostgreSQL: \(DatabaseUnit.name) is still starting"
    case .unitStopped: "cannot reach the private PostgreSQL: \(DatabaseUnit.name) is not running"
    }
  }

  /// What to do.
  public var advice: String? {
    switch self {
    case .notInstalled, .noAccount:
      "install the package 'postgresql', or set proxy.db.connection to a PostgreSQL elsewhere"
    case .failed: "the server's log is the file 'log' in that directory"
    case .unreachable: "choose another --state-dir, or let that user through the folders above it (chmod o+x)"
    case .foreignDirectory:
      "remove it if it is none of yours; else give it to the owner of the state directory and close it with 'chmod 700'; then "
        + "run the command again"
    case .unitStarting: "try again; 'journalctl --unit=\(DatabaseUnit.name)' shows how far it is"
    case .unitFailed: "'journalctl --unit=\(DatabaseUnit.name)' shows why"
    case .unitStopped: "run 'systemctl start \(DatabaseUnit.name)' as root"
    }
  }
}
