public import Bundles
import Cryptography
public import Foundation
import PostgreSQL
public import ProxyState
public import Reporting
import StoreAPI
public import StoreModel

/// Takes stock of what a store has, for exports that leave it out.
public struct InventoryTaking: Sendable {
  private let store: ProxyStore

  /// Of a store.
  public init(_ store: ProxyStore) { self.store = store }

  /// What database and disk hold together: a revision whose file was lost or damaged is not in it, and comes again.
  /// - Parameter audience: A store to whose devices the inventory is limited; `nil` for all that is here, of whichever brand.
  /// - Throws: ``StoreNotImported``.
  public func inventory(for audience: StoreID? = nil, now: Date = Date()) async throws -> StoreInventory {
    var stores: [String]?
    if let audience {
      guard try await store.stores.all().contains(where: { $0.id == audience }) else {
        throw StoreNotImported(store: audience)
      }
      stores = [audience.description, StoreID.global.description]
    }
    let rows = try await store.database.query(
      """
      SELECT name, snap_id, revision, sha3_384, r.size FROM snap_revision AS r JOIN snap USING (snap_id)
      WHERE \(stores)::text[] IS NULL OR EXISTS (SELECT FROM snap_store AS s
        WHERE s.snap_id = r.snap_id AND s.is_listed AND s.store = ANY(\(stores)::text[]))
      ORDER BY name, revision
      """)
    let sizes = Dictionary(try store.blobs.all().map { ($0.digest, $0.size) }) { first, _ in first }
    var snaps: [StoreInventory.Snap] = []
    for row in rows {
      let digest = try SHA3Digest(hex: row.text("sha3_384"))
      guard let size = sizes[digest], Int64(clamping: size) == (try row.integer("size")) else { continue }
      let id = try SnapID(parsing: row.text("snap_id"))
      let known = snaps.last?.snapID == id ? snaps.popLast() : nil
      var snap = try known ?? .init(name: SnapName(parsing: row.text("name")), snapID: id, revisions: [])
      snap.revisions.append(try Revision(row.integer("revision")))
      snaps.append(snap)
    }
    return StoreInventory(store: try await store.registration.current()?.storeID, snaps: snaps, now: now)
  }

  /// The inventory, signed by this store.
  public func signed(for audience: StoreID? = nil, now: Date = Date()) async throws -> [UInt8] {
    // A key of its own, that goes where the secret goes: to every unit, and into a backup.
    let seed = HMACSHA256.code(
      key: try await store.configuration.secret(.authenticationSecret), message: Array("inventory/1".utf8))
    return try SignedInventory.sign(try await inventory(for: audience, now: now), with: Ed25519PrivateKey(seed: seed))
  }
}

/// A store that no tarball has brought.
public struct StoreNotImported: UserFacingError, Equatable {
  let store: StoreID
  /// There is none of that name.
  public var kind: FailureKind { .notFound }
  /// Which one.
  public var message: String { "cannot take stock for store '\(store)': it was not imported" }
  /// Where the names are.
  public var advice: String? { "'snap-proxy status' lists the imported stores" }
}
