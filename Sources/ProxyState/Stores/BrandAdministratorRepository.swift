import Cryptography
public import PostgreSQL
public import StoreModel

/// Who administers brands' stores, one for each brand. That somebody with access to this host imported them is their
/// authority.
public struct BrandAdministratorRepository: Sendable {
  private let configuration: ConfigurationRepository
  private let database: any Queryable

  /// The administrators of a database.
  public init(configuration: ConfigurationRepository, database: any Queryable) {
    self.configuration = configuration
    self.database = database
  }

  /// All of them, by brand.
  public func all() async throws -> [BrandAdministrator] {
    try await database.query("SELECT * FROM brand_administrator ORDER BY brand_id").map(Self.administrator)
  }

  /// The one of a brand.
  public func current(of brand: AccountID) async throws -> BrandAdministrator? {
    try await Self.current(brand, database)
  }

  /// Makes somebody the brand's administrator, in place of whoever was; tokens of another export are worth nothing from
  /// then on. Whoever a later export of another of the brand's stores named stays.
  /// - Throws: ``BrandStoreError/tokenTaken(brand:)``.
  public func adopt(
    _ new: BrandAdministrator, allowingRollback: Bool, in transaction: Transaction
  ) async throws -> Adoption {
    try await CatalogueState.lock(in: transaction)
    let (brand, token) = (new.brandID.description, new.tokenDigest.hex)
    let known = try await Self.current(new.brandID, transaction)
    if let known, !allowingRollback, new.exported < known.exported { return .outdated }
    let other = try await transaction.query(
      "SELECT 1 AS one FROM brand_administrator WHERE token_sha3_384 = \(token) AND brand_id <> \(brand)")
    guard other.isEmpty else { throw BrandStoreError.tokenTaken(brand: new.brandID) }
    guard known != new else { return .unchanged }
    try await transaction.execute(
      """
      INSERT INTO brand_administrator (brand_id, account_id, email, username, display_name, token_sha3_384,
        token_issued_at, token_expires_at, exported_at)
      VALUES (\(brand), \(new.accountID.description), \(new.email), \(new.username), \(new.displayName), \(token),
        \(new.issued), \(new.expires), \(new.exported))
      ON CONFLICT (brand_id) DO UPDATE
      SET account_id = excluded.account_id, email = excluded.email, username = excluded.username,
        display_name = excluded.display_name, token_sha3_384 = excluded.token_sha3_384,
        token_issued_at = excluded.token_issued_at, token_expires_at = excluded.token_expires_at,
        exported_at = excluded.exported_at, imported_at = now()
      """)
    if let known, new.isSame(as: known) { return .unchanged }
    try await configuration.set(
      [.storeAdministrator: new.accountID.description, .storeAdministratorToken: token], in: transaction)
    return .changed
  }

  /// What came of ``adopt(_:allowingRollback:in:)``.
  public enum Adoption: Sendable, Hashable {
    /// Somebody is the administrator who was not, or with another token.
    case changed
    /// They were already.
    case unchanged
    /// Whoever a later export named stays.
    case outdated
  }

  private static func current(
    _ brand: AccountID, _ database: any Queryable
  ) async throws -> BrandAdministrator? {
    try await database.query("SELECT * FROM brand_administrator WHERE brand_id = \(brand.description)").first
      .map(administrator)
  }

  private static func administrator(_ row: Row) throws -> BrandAdministrator {
    BrandAdministrator(
      brandID: try AccountID(parsing: row.text("brand_id")), accountID: try AccountID(parsing: row.text("account_id")),
      email: try row.text("email"), username: try row.optionalText("username"),
      displayName: try row.optionalText("display_name"),
      tokenDigest: try SHA3Digest(hex: row.text("token_sha3_384")), issued: try row.date("token_issued_at"),
      expires: try row.date("token_expires_at"), exported: try row.date("exported_at"))
  }
}
