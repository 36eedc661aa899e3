import Foundation
public import PostgreSQL
public import Reporting

/// Who may administer over the network: e-mail addresses of single sign-on accounts, in `proxy.admin-emails`. The list is
/// read on every request, so that somebody who is removed is out at once.
public struct AdministratorRepository: Sendable {
  private let configuration: ConfigurationRepository
  private let database: ConnectionPool

  /// The administrators in a configuration.
  public init(configuration: ConfigurationRepository, database: ConnectionPool) {
    self.configuration = configuration
    self.database = database
  }

  /// All of them, as they were added.
  public func all() async throws -> [String] {
    try Self.list(try await configuration.value(of: .administrators))
  }

  /// Whether an account is one of them; without regard to the case of letters.
  public func contains(_ email: String) async throws -> Bool {
    let wanted = Self.folded(email)
    return try await all().contains { Self.folded($0) == wanted }
  }

  /// Adds one.
  /// - Returns: Whether it was none before.
  /// - Throws: ``AdministratorError/malformed(_:)``.
  public func add(_ email: String, by actor: String) async throws -> Bool {
    let email = email.trimmingCharacters(in: .whitespaces)
    guard Self.isAddress(email) else { throw AdministratorError.malformed(email) }
    return try await change("add-admin", email, by: actor) { list in
      guard !list.contains(where: { Self.folded($0) == Self.folded(email) }) else { return nil }
      return list + [email]
    }
  }

  /// Removes one.
  /// - Throws: ``AdministratorError/unknown(_:)``.
  public func remove(_ email: String, by actor: String) async throws {
    let wanted = Self.folded(email)
    let isChanged = try await change("remove-admin", email, by: actor) { list in
      let rest = list.filter { Self.folded($0) != wanted }
      return rest.count == list.count ? nil : rest
    }
    guard isChanged else { throw AdministratorError.unknown(email) }
  }

  private func change(
    _ action: String, _ email: String, by actor: String, _ body: @Sendable ([String]) -> [String]?
  ) async throws -> Bool {
    try await database.transaction { transaction in
      // Two who change the list at once come one after the other.
      try await CatalogueState.lock(in: transaction)
      let row = try await transaction.query(
        "SELECT value FROM configuration WHERE name = \(ConfigurationKey.administrators.name)"
      ).first
      guard let changed = body(try Self.list(try row?.text("value"))) else { return false }
      let text = String(decoding: try JSONEncoder().encode(changed), as: UTF8.self)
      try await configuration.set([.administrators: text], in: transaction)
      try await AuditRepository(database: transaction).record(action, of: email, by: actor, in: transaction)
      return true
    }
  }

  private static func list(_ text: String?) throws -> [String] {
    try ConfigurationKey.texts(of: text)
  }

  private static func folded(_ email: String) -> String {
    email.trimmingCharacters(in: .whitespaces).lowercased()
  }

  private static func isAddress(_ email: String) -> Bool {
    let parts = email.split(separator: "@", omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && email.utf8.count <= 254
      && email.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7f }
  }
}

/// Why the list of administrators stays as it is.
public enum AdministratorError: UserFacingError, Equatable {
  /// It is no e-mail address.
  case malformed(String)
  /// It is not on the list.
  case unknown(String)

  /// The class of the failure.
  public var kind: FailureKind {
    switch self {
    case .malformed: .usage
    case .unknown: .notFound
    }
  }

  /// Which address, and why.
  public var message: String {
    switch self {
    case .malformed(let text): "cannot add '\(text)': it is no e-mail address"
    case .unknown(let email): "cannot remove \(email): it is no administrator of this store"
    }
  }

  /// What to do.
  public var advice: String? {
    switch self {
    case .malformed: "give the address of a single sign-on account, as in becky@example.com"
    case .unknown: "'snap-proxy list-admins' lists them"
    }
  }
}
