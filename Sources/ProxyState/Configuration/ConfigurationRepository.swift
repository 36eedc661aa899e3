import Cryptography
public import Foundation
public import PostgreSQL

/// A key and what counts for it.
public struct ConfigurationSetting: Sendable, Hashable {
  /// The key.
  public let key: ConfigurationKey
  /// The set value, else the default; `nil` where there is neither.
  public let value: String?
  /// Whether somebody set it.
  public let isSet: Bool

  /// The value as lists show it.
  public var redactedValue: String? { value.map(key.redacted) }
}

/// All settings: those of this unit from its file, the others from the database.
public struct ConfigurationRepository: Sendable {
  private let directory: StateDirectory
  private let database: ConnectionPool

  /// The settings of a state directory and its database.
  public init(directory: StateDirectory, database: ConnectionPool) {
    self.directory = directory
    self.database = database
  }

  /// What counts for a key: the set value, else the default.
  public func value(of key: ConfigurationKey) async throws -> String? {
    switch key.scope {
    case .unit: return try UnitConfiguration.load(from: directory)[key] ?? key.defaultValue
    case .shared: return try await Self.stored(key, in: database) ?? key.defaultValue
    }
  }

  /// A switch; what is not set is its default.
  public func isOn(_ key: ConfigurationKey) async throws -> Bool { try await value(of: key) == "True" }

  /// Every key, in the order of ``ConfigurationKey/all``.
  public func all() async throws -> [ConfigurationSetting] {
    let unit = try UnitConfiguration.load(from: directory)
    let rows = try await database.query("SELECT name, value FROM configuration")
    let stored = try Dictionary(rows.map { (try $0.text("name"), try $0.text("value")) }) { $1 }
    return ConfigurationKey.all.map { key in
      let set = key.scope == .unit ? unit[key] : stored[key.name]
      return ConfigurationSetting(key: key, value: set ?? key.defaultValue, isSet: set != nil)
    }
  }

  /// Whether no setting was made: the database has only the secrets that every new one gets.
  public func holdsNothing() async throws -> Bool {
    try await all().allSatisfy { $0.key.scope == .unit || !$0.isSet || ConfigurationKey.madeSecrets.contains($0.key) }
  }

  /// Sets several keys: all of them or, where one value is refused, none. An empty value or `nil` unsets. Units that run
  /// follow a change of the certificate at once.
  /// - Parameter time: When a changed certificate must be acceptable to devices; `nil` for settings that another store has
  ///   accepted before, such as a certificate that has expired since.
  /// - Throws: ``ConfigurationError``; `CertificateError` where certificate and key do not belong together, or where no
  ///   device would accept the certificate.
  public func set(
    _ changes: [ConfigurationKey: String?], checkingCertificateAt time: Date? = Date()
  ) async throws {
    var accepted: [ConfigurationKey: String?] = [:]
    for (key, value) in changes {
      let value = value.flatMap { $0.isEmpty ? nil : $0 }
      accepted.updateValue(try value.map { value throws(ConfigurationError) in try key.validate(value) }, forKey: key)
    }
    let shared = accepted.filter { $0.key.scope == .shared }
    let ofUnit = accepted.filter { $0.key.scope == .unit }
    guard !shared.isEmpty else {
      try store(ofUnit)
      return
    }
    let changesCertificate = ConfigurationKey.certificateKeys.contains { shared.keys.contains($0) }
    try await database.transaction { transaction in
      // First, as in every change that is announced.
      if changesCertificate { try await CatalogueState.lock(in: transaction) }
      for (key, value) in shared.sorted(by: { $0.key.name < $1.key.name }) {
        try await Self.store(value, for: key, in: transaction)
      }
      if changesCertificate {
        let certificate = try await Self.certificate(in: transaction)
        if let time { try certificate?.check(for: nil, at: time) }
        try await CatalogueState.announce(in: transaction)
      }
      // Last, so that a refusal of the database leaves the file alone.
      try store(ofUnit)
    }
  }

  /// Sets shared keys as a part of something greater.
  public func set(_ changes: [ConfigurationKey: String?], in transaction: Transaction) async throws {
    for (key, value) in changes.sorted(by: { $0.key.name < $1.key.name }) {
      try await Self.store(try value.map { try key.validate($0) }, for: key, in: transaction)
    }
  }

  /// A secret of 32 bytes, made with the database. If an operator unset it, the first caller makes a new one; concurrent
  /// callers get the same value.
  public func secret(_ key: ConfigurationKey) async throws -> [UInt8] {
    if let secret = try await Self.stored(key, in: database).flatMap({ Data(base64Encoded: $0) }) {
      return [UInt8](secret)
    }
    try await Self.makeSecret(key, in: database)
    guard let secret = try await Self.stored(key, in: database).flatMap({ Data(base64Encoded: $0) }) else {
      throw ConfigurationError.malformed(key: key.name, expected: key.type.expectation, value: nil)
    }
    return [UInt8](secret)
  }

  /// Makes each secret that is not set.
  static func makeSecrets(in database: any Queryable) async throws {
    for key in ConfigurationKey.madeSecrets { try await makeSecret(key, in: database) }
  }

  private static func makeSecret(_ key: ConfigurationKey, in database: any Queryable) async throws {
    let made = Data(RandomBytes.make(32)).base64EncodedString()
    try await database.execute(
      "INSERT INTO configuration (name, value) VALUES (\(key.name), \(made)) ON CONFLICT (name) DO NOTHING")
  }

  private func store(_ changes: [ConfigurationKey: String?]) throws {
    guard !changes.isEmpty else { return }
    try UnitConfiguration.update(in: directory) { unit in
      for (key, value) in changes { unit[key] = value }
    }
  }

  /// The certificate with its key; `nil` unless both are set.
  /// - Throws: `CertificateError` where they do not belong together.
  static func certificate(in database: any Queryable) async throws -> ServerCertificate? {
    guard let chain = try await stored(.tlsCertificate, in: database), let key = try await stored(.tlsKey, in: database)
    else { return nil }
    return try ServerCertificate(chain: chain, key: key)
  }

  private static func store(
    _ value: String?, for key: ConfigurationKey, in transaction: Transaction
  ) async throws(PostgreSQLError) {
    guard let value else {
      try await transaction.execute("DELETE FROM configuration WHERE name = \(key.name)")
      return
    }
    try await transaction.execute(
      """
      INSERT INTO configuration (name, value) VALUES (\(key.name), \(value))
      ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = now()
      """)
  }

  private static func stored(
    _ key: ConfigurationKey, in database: any Queryable
  ) async throws(PostgreSQLError) -> String? {
    try await database.query("SELECT value FROM configuration WHERE name = \(key.name)").first?.text("value")
  }
}
