import Cryptography
public import Foundation
public import PostgreSQL

/// Numbers that a device's request may use once, on whichever unit.
public struct NonceRepository: Sendable {
  private let database: any Queryable

  /// The nonces of a database.
  public init(database: any Queryable) { self.database = database }

  /// Makes a nonce.
  public func issue(validFor lifetime: Duration = .seconds(600), now: Date = Date()) async throws -> String {
    let nonce = Base64URL.encode(RandomBytes.make(24))
    let expiry = now + TimeInterval(lifetime.components.seconds)
    try await database.execute("INSERT INTO device_nonce (nonce, expires_at) VALUES (\(nonce), \(expiry))")
    return nonce
  }

  /// Uses a nonce up.
  /// - Returns: Whether it was issued, not used yet and not expired.
  public func redeem(_ nonce: String, now: Date = Date()) async throws -> Bool {
    guard nonce.utf8.count <= 128, !nonce.utf8.contains(0) else { return false }
    let rows = try await database.query("DELETE FROM device_nonce WHERE nonce = \(nonce) RETURNING expires_at")
    return try rows.first.map { try $0.date("expires_at") > now } ?? false
  }

  /// Removes those that expired unused.
  public func removeExpired(now: Date = Date()) async throws {
    try await database.execute("DELETE FROM device_nonce WHERE expires_at <= \(now)")
  }
}
