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

  /// Keeps what is new or newer, and brings what snaps are called and whose they are up to date with it. The caller has
  /// verified all of them.
  @discardableResult
  public func store(_ assertions: [Assertion], in transaction: Transaction) async throws -> Outcome {
    guard !assertions.isEmpty else { return Outcome() }
    try await CatalogueState.lock(in: transaction)
    var outcome = Outcome()
    for start in stride(from: 0, to: assertions.count, by: Self.mostAtOnce) {
      let some = assertions[start...].prefix(Self.mostAtOnce)
      try await store(Array(some), telling: &outcome, in: transaction)
    }
    if !outcome.stored.isEmpty {
      try await SignedSnaps(transaction: transaction).follow(outcome.stored)
      try await CatalogueState.announce(in: transaction)
    }
    return outcome
  }

  /// The assertion of that identity in the highest format up to `maxFormat`.
  public func find(_ identity: AssertionIdentity, maxFormat: Int = .max) async throws -> Assertion? {
    try await database.query(
      """
      SELECT encoded FROM assertion
      WHERE type = \(identity.type.name) AND primary_key = \(identity.primaryKey)
        AND format <= \(min(maxFormat, Int(clamping: Int32.max)))
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
        AND format <= \(min(maxFormat, Int(clamping: Int32.max)))
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

  /// Statements of some megabytes.
  private static let mostAtOnce = 500

  /// What of an assertion there is one row of.
  private struct Place: Hashable {
    let identity: AssertionIdentity
    let format: Int

    init(_ assertion: Assertion) { (identity, format) = (assertion.identity, assertion.format) }
  }

  private func store(
    _ assertions: [Assertion], telling outcome: inout Outcome, in transaction: Transaction
  ) async throws {
    var held = try await heldRevisions(of: assertions, in: transaction)
    var new: [Place: Assertion] = [:]
    for assertion in assertions {
      let place = Place(assertion)
      let known = held[place]
      if known.map({ $0 < assertion.revision }) ?? true {
        outcome.stored.append(assertion.identity)
        (held[place], new[place]) = (assertion.revision, assertion)
      } else if known != assertion.revision {
        outcome.outdated.append(assertion.identity)
      }
    }
    guard !new.isEmpty else { return }
    let rows = Array(new.values)
    let sequences = rows.map {
      $0.type.isSequence ? $0.identity.primaryKey.last.flatMap { Int64($0, radix: 10) } ?? -1 : -1
    }
    try await transaction.execute(
      """
      INSERT INTO assertion AS held (type, primary_key, format, revision, sequence, sign_key, encoded)
      SELECT type, primary_key::text[], format, revision, nullif(sequence, -1), sign_key, encoded
      FROM unnest(\(rows.map(\.type.name)), \(rows.map(\.identity.primaryKey)), \(rows.map { Int64(clamping: $0.format) }),
        \(rows.map { Int64(clamping: $0.revision) }), \(sequences), \(rows.map(\.signKeyID.base64URL)), \(rows.map(\.encoded)))
        AS new (type, primary_key, format, revision, sequence, sign_key, encoded)
      ON CONFLICT (type, primary_key, format) DO UPDATE
      SET revision = excluded.revision, sequence = excluded.sequence, sign_key = excluded.sign_key,
        encoded = excluded.encoded, stored_at = now()
      """)
  }

  private func heldRevisions(of assertions: [Assertion], in transaction: Transaction) async throws -> [Place: Int] {
    let formats = assertions.map { Int64(clamping: $0.format) }
    let rows = try await transaction.query(
      """
      SELECT new.number, held.revision
      FROM unnest(\(assertions.map(\.type.name)), \(assertions.map(\.identity.primaryKey)), \(formats))
        WITH ORDINALITY AS new (type, primary_key, format, number)
      JOIN assertion AS held
        ON held.type = new.type AND held.primary_key = new.primary_key::text[] AND held.format = new.format
      """)
    return try Dictionary(
      // Range: the numbers are those that the query gave the assertions, from 1.
      rows.map { (Place(assertions[try $0.integer("number") - 1]), try $0.integer("revision")) }
    ) { $1 }
  }

  private static func assertion(_ row: Row) throws -> Assertion { try Assertion(decoding: row.bytes("encoded")) }
}
