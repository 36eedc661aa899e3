public import Assertions
import Cryptography
public import PostgreSQL

/// Assertions that were verified, of each identity and format the newest revision.
public struct AssertionRepository: Sendable {
  private let database: ConnectionPool

  /// The assertions of a database.
  public init(database: ConnectionPool) { self.database = database }

  /// What ``store(_:in:)`` did.
  public struct Outcome: Sendable, Hashable {
    /// New ones, and newer revisions.
    public var stored: [AssertionIdentity] = []
    /// Older revisions than the stored ones, which stay.
    public var outdated: [AssertionIdentity] = []

    /// An outcome of its parts.
    public init(stored: [AssertionIdentity] = [], outdated: [AssertionIdentity] = []) {
      self.stored = stored
      self.outdated = outdated
    }
  }

  /// Keeps what is new or newer. The caller has verified all of them.
  @discardableResult
  public func store(_ assertions: [Assertion], in transaction: Transaction) async throws -> Outcome {
    guard !assertions.isEmpty else { return Outcome() }
    try await CatalogueState.lock(in: transaction)
    var outcome = Outcome()
    for assertion in assertions {
      if try await store(assertion, in: transaction) {
        outcome.stored.append(assertion.identity)
      } else if try await isOutdated(assertion, in: transaction) {
        outcome.outdated.append(assertion.identity)
      }
    }
    if !outcome.stored.isEmpty { try await CatalogueState.announce(in: transaction) }
    return outcome
  }

  /// The assertion of that identity in the highest format up to `maxFormat`.
  public func find(_ identity: AssertionIdentity, maxFormat: Int = .max) async throws -> Assertion? {
    try await database.query(
      """
      SELECT encoded FROM assertion
      WHERE type = \(identity.type.name) AND primary_key = \(identity.primaryKey)
        AND format <= \(min(maxFormat, Int(Int32.max)))
      ORDER BY format DESC LIMIT 1
      """
    ).first.map(Self.assertion)
  }

  /// The assertion with the highest sequence number, of a type that forms sequences.
  /// - Parameter sequenceKey: The primary key without the sequence number.
  public func latest(
    of type: AssertionType, sequenceKey: [String], maxFormat: Int = .max
  ) async throws -> Assertion? {
    try await database.query(
      """
      SELECT encoded FROM assertion
      WHERE type = \(type.name) AND sequence IS NOT NULL
        AND primary_key[:array_length(primary_key, 1) - 1] = \(sequenceKey)
        AND format <= \(min(maxFormat, Int(Int32.max)))
      ORDER BY sequence DESC, format DESC LIMIT 1
      """
    ).first.map(Self.assertion)
  }

  /// All assertions of a type in all formats, by primary key.
  public func all(of type: AssertionType) async throws -> [Assertion] {
    try await database.query(
      "SELECT encoded FROM assertion WHERE type = \(type.name) ORDER BY primary_key, format"
    ).map(Self.assertion)
  }

  /// All assertions there are.
  public func all() async throws -> [Assertion] {
    try await database.query("SELECT encoded FROM assertion ORDER BY type, primary_key, format").map(Self.assertion)
  }

  private func store(_ assertion: Assertion, in transaction: Transaction) async throws -> Bool {
    let identity = assertion.identity
    let sequence = identity.type.isSequence ? identity.primaryKey.last.flatMap { Int($0) } : nil
    return try await transaction.execute(
      """
      INSERT INTO assertion AS held (type, primary_key, format, revision, sequence, sign_key, encoded)
      VALUES (\(identity.type.name), \(identity.primaryKey), \(assertion.format), \(assertion.revision), \(sequence),
        \(assertion.signKeyID.base64URL), \(assertion.encoded))
      ON CONFLICT (type, primary_key, format) DO UPDATE
      SET revision = excluded.revision, sequence = excluded.sequence, sign_key = excluded.sign_key,
        encoded = excluded.encoded, stored_at = now()
      WHERE held.revision < excluded.revision
      """) == 1
  }

  private func isOutdated(_ assertion: Assertion, in transaction: Transaction) async throws -> Bool {
    let identity = assertion.identity
    return try await !transaction.query(
      """
      SELECT 1 AS one FROM assertion
      WHERE type = \(identity.type.name) AND primary_key = \(identity.primaryKey)
        AND format = \(assertion.format) AND revision > \(assertion.revision)
      """
    ).isEmpty
  }

  private static func assertion(_ row: Row) throws -> Assertion { try Assertion(decoding: row.bytes("encoded")) }
}
