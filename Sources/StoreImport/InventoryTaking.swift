public import Bundles
import Cryptography
public import Foundation
import PostgreSQL
public import ProxyState
import StoreModel

/// Takes stock of what a store has, for exports that leave it out.
public struct InventoryTaking: Sendable {
  private let store: ProxyStore

  /// Of a store.
  public init(_ store: ProxyStore) { self.store = store }

  /// What database and disk hold together: a revision whose file was lost is not in it, and comes again.
  public func inventory(now: Date = Date()) async throws -> StoreInventory {
    let rows = try await store.database.query(
      """
      SELECT name, snap_id, revision, sha3_384, r.size FROM snap_revision AS r JOIN snap USING (snap_id)
      ORDER BY name, revision
      """)
    let sizes = Dictionary(try store.blobs.all().map { ($0.digest, $0.size) }) { first, _ in first }
    var snaps: [StoreInventory.Snap] = []
    for row in rows {
      let digest = try SHA3Digest(hex: row.text("sha3_384"))
      guard let size = sizes[digest], Int64(clamping: size) == (try row.integer("size")) else { continue }
      let id = try SnapID(parsing: row.text("snap_id"))
      if snaps.last?.snapID != id {
        snaps.append(.init(name: try SnapName(parsing: row.text("name")), snapID: id, revisions: []))
      }
      snaps[snaps.endIndex - 1].revisions.append(try Revision(row.integer("revision")))
    }
    let icons = try await store.database.query("SELECT DISTINCT sha3_384 FROM snap_icon").map {
      try SHA3Digest(hex: $0.text("sha3_384"))
    }
    return StoreInventory(
      store: try await store.registration.current()?.storeID, snaps: snaps, icons: icons.filter { sizes[$0] != nil },
      now: now)
  }

  /// The inventory, signed by this store.
  public func signed(now: Date = Date()) async throws -> [UInt8] {
    // A key of its own, that goes where the secret goes: to every unit, and into a backup.
    let seed = HMACSHA256.code(
      key: try await store.configuration.secret(.authenticationSecret), message: Array("inventory/1".utf8))
    return try SignedInventory.sign(try await inventory(now: now), with: Ed25519PrivateKey(seed: seed))
  }
}
