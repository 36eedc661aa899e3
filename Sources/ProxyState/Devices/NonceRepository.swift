public import Foundation
public import PostgreSQL

/// Numbers that requests for device sessions have used, shared by all units. A number that was given out and not used
/// takes no room here.
public struct NonceRepository: Sendable {
  /// What becomes of a nonce that is to be used.
  public enum Use: Sendable, Hashable {
    /// It was not used before.
    case first
    /// It was used before.
    case again
    /// Too many numbers of the last minutes are remembered already; this one is not, and must not count.
    case full
  }

  private let database: any Queryable
  private let maximum: Int

  /// The used nonces of a database.
  /// - Parameter maximum: How many are remembered. None is dropped before it expires: it could be used again.
  public init(database: any Queryable, maximum: Int = 200_000) {
    self.database = database
    self.maximum = maximum
  }

  /// Uses a nonce up.
  /// - Parameters:
  ///   - nonce: At most 128 bytes, without a zero byte.
  ///   - expires: When no unit accepts the nonce any more.
  public func use(_ nonce: String, until expires: Date) async throws -> Use {
    guard nonce.utf8.count <= 128, !nonce.utf8.contains(0) else { return .again }
    let rows = try await database.query(
      """
      INSERT INTO device_nonce (nonce, expires_at)
      SELECT \(nonce)::text, \(expires)::timestamptz
      WHERE (SELECT count(*) FROM (SELECT 1 FROM device_nonce LIMIT \(maximum)) AS used) < \(maximum)
      ON CONFLICT (nonce) DO NOTHING
      RETURNING nonce
      """)
    guard rows.isEmpty else { return .first }
    let known = try await database.query("SELECT 1 AS known FROM device_nonce WHERE nonce = \(nonce)")
    return known.isEmpty ? .full : .again
  }

  /// Removes those that no unit accepts any more.
  public func removeExpired(now: Date = Date()) async throws {
    try await database.execute("DELETE FROM device_nonce WHERE expires_at <= \(now)")
  }
}
