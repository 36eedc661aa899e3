public import Reporting

/// Why PostgreSQL could not do what it was asked. Never holds a password nor a statement's values.
public enum PostgreSQLError: UserFacingError, Equatable {
  /// The text is neither a URI nor a list of keywords that libpq knows.
  case malformedConnectionString(reason: String)
  /// The server is there and does not let this user in.
  case authenticationFailed(server: String, user: String, reason: String)
  /// Nobody answers, or whoever answers is no PostgreSQL that is ready.
  case unreachable(server: String, reason: String)
  /// The server has no database of that name.
  case databaseMissing(server: String, database: String)
  /// User name and password of an address hold characters that end them.
  /// - Parameter server: All that stands behind the last `@`.
  case unencodedCredentials(server: String)
  /// The database keeps text in another encoding than UTF-8.
  case wrongEncoding(server: String, database: String, user: String, encoding: String)
  /// The extension is not installed in the database, and this user or this server cannot install it.
  case extensionMissing(name: String, database: String, reason: String)
  /// The connection broke. Whether a statement that was under way took effect is unknown.
  case connectionLost(reason: String)
  /// The connection was closed by the program.
  case connectionClosed
  /// Every connection of the pool was in use for longer than the limit.
  case poolExhausted(connections: Int)
  /// A statement took longer than the limit, or was cancelled.
  case statementTimedOut
  /// The server refused a statement.
  /// - Parameters:
  ///   - sqlState: Five characters. Source: PostgreSQL, appendix A.
  ///   - reason: The server's sentence, without details, which may hold values.
  ///   - constraint: The constraint that was violated.
  case statementFailed(sqlState: String, reason: String, constraint: String?)
  /// PostgreSQL cannot store a zero byte in a text.
  case textHoldsZero
  /// A column that is not there, or holds something else than the program expects.
  case unreadable(column: String, expected: String)

  /// Wrong logins and addresses are matters of configuration; a server that is away is one of the network.
  public var kind: FailureKind {
    switch self {
    case .malformedConnectionString, .unencodedCredentials: .usage
    case .authenticationFailed: .notAuthorised
    case .databaseMissing, .extensionMissing, .wrongEncoding: .notConfigured
    case .unreachable, .connectionLost: .network
    case .connectionClosed, .poolExhausted, .statementTimedOut, .statementFailed, .textHoldsZero, .unreadable: .failed
    }
  }

  /// What PostgreSQL could not do, and why.
  public var message: String {
    switch self {
    case .malformedConnectionString(let reason): "cannot read the database connection string: \(reason)"
    case .authenticationFailed(let server, let user, let reason):
      "cannot log in to PostgreSQL at \(server) as \(user): \(reason)"
    case .unreachable(let server, let reason): "cannot reach PostgreSQL at \(server): \(reason)"
    case .databaseMissing(let server, let database):
      "cannot open database '\(database)' at \(server): there is none of that name"
    case .unencodedCredentials(let server):
      "cannot read the database connection string for \(server): user name and password must be percent-encoded in it"
    case .wrongEncoding(let server, let database, _, let encoding):
      "cannot use database '\(database)' at \(server): its encoding is \(encoding), and the store needs UTF8"
    case .extensionMissing(let name, let database, let reason):
      "cannot use database '\(database)': it lacks the extension '\(name)', and creating it failed: \(reason)"
    case .connectionLost(let reason): "cannot go on: the connection to PostgreSQL was lost: \(reason)"
    case .connectionClosed: "cannot ask PostgreSQL: the connection is closed"
    case .poolExhausted(let connections): "cannot ask PostgreSQL: all \(connections) connections are busy"
    case .statementTimedOut: "cannot finish a database statement: it took too long or was cancelled"
    case .statementFailed(let state, let reason, _):
      "cannot execute a database statement: \(reason) (SQLSTATE \(state))"
    case .textHoldsZero: "cannot store a text that holds a zero byte"
    case .unreadable(let column, let expected):
      "cannot read column '\(column)' of the database's answer: expected \(expected)"
    }
  }

  /// What to look at first.
  public var advice: String? {
    switch self {
    case .malformedConnectionString:
      "the form is postgresql://USER@HOST:5432/DATABASE, see the PostgreSQL manual, 'Connection Strings'"
    case .unencodedCredentials:
      "write @ as %40, % as %25, / as %2F and : as %3A, or leave the password out: 'snap-proxy config' asks for it"
    case .wrongEncoding(_, let database, let user, _):
      """
      make another one as a PostgreSQL superuser, and name it: \
      CREATE DATABASE "\(database)_utf8" OWNER "\(user)" ENCODING 'UTF8' TEMPLATE template0
      """
    case .authenticationFailed: "check the user name and password and that the user has the LOGIN privilege"
    case .unreachable: "check that PostgreSQL runs there and accepts connections from this host"
    case .databaseMissing(_, let database):
      "as a PostgreSQL superuser, run: psql -c 'CREATE DATABASE \"\(database)\" OWNER \"...\"'"
    case .extensionMissing(let name, let database, _):
      "as a PostgreSQL superuser, run: psql -d '\(database)' -c 'CREATE EXTENSION \"\(name)\"'"
    case .poolExhausted, .statementTimedOut: "try again when the database is less busy"
    case .connectionLost: "run the command again when PostgreSQL is back; what was not committed is undone"
    case .connectionClosed, .statementFailed, .textHoldsZero, .unreadable: nil
    }
  }

  /// Whether the same transaction may succeed when it is tried again: a serialization failure or a deadlock.
  public var isTransient: Bool {
    guard case .statementFailed(let state, _, _) = self else { return false }
    return state == "40001" || state == "40P01"
  }

  /// The server's code, where it refused a statement.
  public var sqlState: String? {
    guard case .statementFailed(let state, _, _) = self else { return nil }
    return state
  }
}
