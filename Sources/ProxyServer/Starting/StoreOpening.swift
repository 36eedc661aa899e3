import PostgreSQL
import ProxyState
import Reporting

/// Opens the store when the server starts, and waits for a database that is not there yet.
struct StoreOpening: Sendable {
  /// Opens the store and loads what it offers.
  let open: @Sendable () async throws -> (ServerSources, Storefront)
  /// Called with each failure after which the server tries again.
  let waiting: @Sendable (any UserFacingError) -> Void
  /// Before the n-th further attempt.
  var pause: @Sendable (Int) -> Duration = { .milliseconds(min(250 << min($0, 3), 2000)) }

  /// Returns as soon as the store is open.
  /// - Throws: What waiting cannot mend: a schema that is newer than the program, a malformed setting.
  func run() async throws -> (ServerSources, Storefront) {
    for attempt in 0... {
      do {
        return try await open()
      } catch let error as any UserFacingError where Self.isTransient(error) {
        waiting(error)
      }
      try await Task.sleep(for: pause(attempt))
    }
    throw CancellationError()
  }

  /// Whether the failure may end without a change of this unit's settings. A database that a restore or an administrator
  /// is about to bring back refuses logins and lacks databases meanwhile.
  static func isTransient(_ error: any UserFacingError) -> Bool {
    switch error {
    case let error as PostgreSQLError:
      switch error {
      case .malformedConnectionString, .unencodedCredentials, .wrongEncoding: false
      default: true
      }
    case is PrivatePostgreSQLError: true
    case ConfigurationError.unreadableUnitFile: true
    default: false
    }
  }
}
