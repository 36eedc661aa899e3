import CommandLineKit
import PostgreSQL
import ProxyState
import StoreImport

/// Proves a connection to PostgreSQL before it is kept, and asks for the password that it lacks.
struct DatabaseSettings {
  private static let attempts = 3
  let context: SnapProxyContext

  /// The connection string with a password that works, after what the store so far knows was taken along.
  func checked(_ text: String?) async throws -> String? {
    guard let text else { return nil }
    var connection = try ConnectionString(parsing: text)
    for attempt in 1...(Self.attempts + 1) {
      do {
        try await prepare(connection)
        context.terminal.note("Configured database for \(connection.user ?? "the default") role.")
        return connection.text
      } catch let error as PostgreSQLError {
        guard error.isAuthenticationFailure, attempt <= Self.attempts else { throw error }
        let user = connection.user ?? "the default user"
        context.terminal.note("Authentication error with user \(user).")
        context.terminal.note("Check the user name and password and that the user has the LOGIN privilege.")
        let password = try await context.terminal.askSecret(
          "Please enter password for database user \(user) (attempt \(attempt) of \(Self.attempts))")
        connection = connection.settingPassword(password)
      }
    }
    return connection.text
  }

  /// Connects and brings the schema up to date. What was configured while there was only the private database, as the
  /// installer does, moves along into a database that holds nothing yet.
  private func prepare(_ connection: ConnectionString) async throws {
    let directory = try await context.enterStateDirectory()
    let new = try await ProxyStore.open(directory, database: ConnectionPool(connection))
    do {
      try await carryOver(to: new, from: directory)
      try await PendingRegistration(directory).adopt(into: new)
      if try await !NotificationProbe(new.database).arrives() { context.terminal.note(CatalogueWatcher.pollingNotice) }
    } catch {
      await new.close()
      throw error
    }
    await new.close()
  }

  /// Ends the private server, which no command uses while another one is configured. Its data stay; a running server
  /// notices the change and starts again with the new database.
  func stopPrivateServer() async throws {
    let server = PrivatePostgreSQL(directory: try await context.enterStateDirectory(starting: .none))
    if try await server.stop() { context.terminal.note("Stopped the private PostgreSQL; its data stay.") }
  }

  private func carryOver(to new: ProxyStore, from directory: StateDirectory) async throws {
    let unit = try UnitConfiguration.load(from: directory)
    let isPrivate = unit[.databaseConnection] == nil
    guard isPrivate, PrivatePostgreSQL(directory: directory).exists else { return }
    guard try await new.configuration.holdsNothing() else { return }
    let old = try await ProxyStore.open(directory)
    let settings = try await old.configuration.all().filter { $0.isSet && $0.key.scope == .shared }
    let assertions = try await old.assertions.all()
    await old.close()
    try await new.configuration.set(
      Dictionary(settings.map { ($0.key, $0.value) }) { $1 }, checkingCertificateAt: nil)
    _ = try await new.database.transaction { transaction in
      try await new.assertions.store(assertions, in: transaction)
    }
  }
}

extension PostgreSQLError {
  fileprivate var isAuthenticationFailure: Bool {
    guard case .authenticationFailed = self else { return false }
    return true
  }
}
