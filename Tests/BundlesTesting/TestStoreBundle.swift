public import Assertions
public import AssertionsTesting
public import Bundles
import Cryptography
public import Foundation
import Macaroons
import StoreAPI
import StoreModel

/// The tarball of a small brand store that the test root vouches for: a device-view store with its parent, a private
/// snap, one of the global store that it includes, and one that is registered and not released. The same parts give the
/// same bytes.
public struct TestStoreBundle: Sendable {
  /// The account of whoever exported the store.
  public static let adminID = "acme-admin"
  /// The store that is exported when nothing else is asked for.
  public static let deviceView = "acme-devices"
  /// Its parent.
  public static let parent = "acme-base"

  /// The store that models name.
  public var store = Self.deviceView
  /// The store that it shows the snaps of; `nil` for none.
  public var parent: String? = Self.parent
  /// The brand: one that the test root knows the key of.
  public var brand = TestRoot.brandID
  /// Snaps of the parent, for its devices alone.
  public var ownSnaps = [
    TestBundle("acme-app", revisions: [12, 13], channels: ["latest/stable amd64": 12, "latest/edge amd64": 13])
  ]
  /// Snaps of the global store that the exported one includes.
  public var includedSnaps = [TestBundle("core22", revisions: [100])]
  /// Names that are registered in the parent and have no revision.
  public var registeredNames = ["acme-future"]
  /// Where a login behind the gap must come from.
  public var email = "becky@example.com"
  /// When the token was issued.
  public var issuedAt = TestRoot.time
  /// When the store was exported; of two exports the later one counts.
  public var exportedAt = TestRoot.time
  /// What was asked for: what the snaps do not hold there they hold no more. Nothing unless told.
  public var scope = StoreBundleManifest.Scope()
  /// Names of snaps that come without files, since the store has them.
  public var heldSnaps: Set<String> = []
  /// When the token ends.
  public var expiresAt = TestRoot.time.addingTimeInterval(365 * 86400)
  /// What the token was made for; another one makes another token.
  public var session = "7b0d9c3e-6f2a-4e53-9d06-1b2f3a4c5d6e"
  /// Whether upstream has a store assertion for the exported store.
  public var hasStoreAssertion = true
  /// What goes into the tarball in place of the chain that the test root makes.
  public var assertions: [Assertion]?

  /// A store of its default parts.
  public init() {}

  /// The administrator's token, which is not in the tarball: as the dashboard exchanges one.
  public func token() throws -> String {
    var token = Macaroon(
      location: "api.snapcraft.io", identifier: Array("\u{3}login \(session)".utf8), rootKey: Array("upstream".utf8))
    token.add(condition: "time-before \(expiresAt.formatted(.iso8601))")
    token.add(condition: "time-since \(issuedAt.formatted(.iso8601))")
    token.add(condition: "session-id \(session)")
    token.add(condition: "declared userid usso:https://login.ubuntu.com/+id/becky42")
    token.add(
      condition:
        #"extra {"channel": null, "package_id": null, "acl": ["store_admin", "package_access"], "store_ids": null}"#)
    return try token.text(.v2)
  }

  /// The chain that the test root makes: foundation, brand, administrator, keys, store, declarations, revisions.
  public func chain(root: TestRoot) throws -> [Assertion] {
    var chain = try root.foundation()
    chain.append(try root.account(brand, displayName: "Acme Brand"))
    if brand == TestRoot.brandID { chain.append(try root.accountKey(root.brandKey, of: brand, name: "brand")) }
    chain.append(try root.account(Self.adminID, displayName: "Becky", username: "becky"))
    if hasStoreAssertion { chain.append(try root.store(store, url: nil, operatorID: brand)) }
    for snap in ownSnaps + includedSnaps {
      for assertion in try snap.assertions ?? snap.chain(root: root) where !chain.contains(assertion) {
        chain.append(assertion)
      }
    }
    for name in registeredNames {
      chain.append(try root.snapDeclaration(name, snapID: TestRoot.snapID(for: name), publisher: brand))
    }
    return chain
  }

  /// What the tarball holds.
  public func bundle(root: TestRoot) throws -> StoreBundle {
    let (id, brandID) = (try StoreID(parsing: store), try AccountID(parsing: brand))
    let parentID = try parent.map { try StoreID(parsing: $0) }
    let home = parentID ?? id
    var stores = [BrandStore(id: id, name: "ACME devices", brandID: brandID, parent: parentID, isPrivate: true)]
    if let parentID {
      stores.append(BrandStore(id: parentID, name: "ACME", brandID: brandID, parent: nil, isPrivate: true))
    }
    let admin = StoreAdmin(
      store: id, brand: brandID,
      admin: .init(
        id: try AccountID(parsing: Self.adminID), email: email, username: "becky", displayName: "Becky"),
      token: .init(
        sha3: AdminTokenDigest.of(try token()), issuedAt: issuedAt, expiresAt: expiresAt,
        permissions: ["store_admin", "package_access"]))
    var snaps = try ownSnaps.map { try Self.entry($0, of: home, includedIn: parentID == nil ? [] : [id], root: root) }
    snaps += try includedSnaps.map { try Self.entry($0, of: .global, includedIn: [id], root: root) }
    snaps += try registeredNames.map { text in
      let name = try SnapName(parsing: text)
      var details = SnapDetails()
      details.name = name
      return StoreBundle.Snap(
        .init(
          name: name, snapID: try SnapID(parsing: TestRoot.snapID(for: text)), publisher: nil, store: home,
          isPrivate: true, includedStores: [], snap: details, isComplete: true))
    }
    return try StoreBundle(
      stores: stores, admin: admin, accountKeys: brand == TestRoot.brandID ? [AccountKeyID(root.brandKey.id)] : [],
      snaps: snaps, assertions: try assertions ?? chain(root: root), scope: scope,
      held: Set(
        (ownSnaps + includedSnaps).filter { heldSnaps.contains($0.name) }.flatMap { snap in
          snap.files.values.map { SHA3Digest.of($0) }
        }), now: exportedAt)
  }

  /// Writes the tarball.
  public func write(to path: String, root: TestRoot) throws { try write(try bundle(root: root), to: path) }

  /// Writes the volumes that no more than `limit` bytes go into: `<path>.1`, `<path>.2`, ...
  public func write(volumesOf limit: UInt64, to path: String, root: TestRoot) throws -> [String] {
    try bundle(root: root).volumes(limit: limit).written(beside: path) { try write($0, to: $1) }
  }

  private func write(_ bundle: StoreBundle, to path: String) throws {
    let files = Dictionary((ownSnaps + includedSnaps).map { ($0.name, $0.files) }) { first, _ in first }
    try bundle.write(to: path) { revision, name in
      let bytes = files[name.description]?[revision.revision.number] ?? []
      return { write in try bytes.withUnsafeBytes { try write($0) } }
    }
  }

  private static func entry(
    _ snap: TestBundle, of store: StoreID, includedIn: [StoreID], root: TestRoot
  ) throws -> StoreBundle.Snap {
    let bundle = try snap.bundle(root: root)
    let manifest = bundle.manifest
    return StoreBundle.Snap(
      .init(
        name: manifest.name, snapID: manifest.snapID, publisher: manifest.publisher, store: store,
        isPrivate: store != .global, includedStores: includedIn, snap: manifest.snap, revisions: manifest.revisions,
        channelMap: manifest.channelMap, isComplete: true),
      icon: bundle.icon)
  }
}
