import Assertions
import StoreAPI
import StoreModel

/// Holds the manifest of a store to what the tarball may hold and to what its assertions prove.
struct StoreBundleCheck {
  let manifest: StoreBundleManifest
  let path: String

  private static let mostChannels = 1000

  /// The exported store comes first, its parent second, and both are of the brand.
  func stores() throws(BundleError) {
    guard let store = manifest.stores.first, store.id == manifest.store else {
      throw refusal("it does not describe the store \(manifest.store)")
    }
    guard manifest.stores.dropFirst().map(\.id) == [store.parent].compactMap(\.self) else {
      throw refusal("it describes other stores than \(store.id) and its parent")
    }
    guard store.parent != store.id else { throw refusal("\(store.id) is its own parent") }
    // Whoever owned it could hide every snap of it, and show everybody their own.
    guard !manifest.stores.contains(where: { $0.id == .global }) else {
      throw refusal("\(StoreID.global) is everybody's store, and no brand's")
    }
    for store in manifest.stores where store.brandID != manifest.brand {
      throw refusal("\(store.id) belongs to \(store.brandID), not to \(manifest.brand)")
    }
  }

  /// The members are the administrator, the assertions, the icons and one file for each revision, in this order.
  func members() throws(BundleError) {
    guard Set(manifest.snaps.map(\.name)).count == manifest.snaps.count,
      Set(manifest.snaps.map(\.snapID)).count == manifest.snaps.count
    else { throw refusal("it lists a snap twice") }
    guard manifest.scope.channels.count <= Self.mostChannels, manifest.scope.architectures.count <= Self.mostChannels
    else {
      throw refusal("it was asked for more channels than anybody asks for")
    }
    let own = Set(manifest.stores.map(\.id))
    for entry in manifest.snaps where own.isDisjoint(with: [entry.store] + entry.includedStores) {
      guard entry.store == .global, !entry.isPrivate else {
        throw refusal("none of its stores lists \(entry.name)")
      }
    }
    var icons: [String] = []
    var seen: Set<String> = []
    for case let icon? in manifest.snaps.map(\.icon) where seen.insert(icon).inserted { icons.append(icon) }
    for member in manifest.members where seen.contains(member.path) {
      guard SnapBundlePaths.icon(member) == member.path else {
        throw refusal("\(member.path) is no icon that devices show")
      }
    }
    let head = [StoreAdmin.path, StoreBundlePaths.assertions(of: manifest.store)] + icons
    let files = manifest.snaps.flatMap { entry in
      entry.revisions.map { SnapBundlePaths.file(of: entry.name, revision: $0.revision) }
    }
    guard manifest.members.map(\.path) == [head, files].flatMap(\.self) else {
      throw refusal("its manifest lists other members than its snaps need")
    }
    try manifest.checkPlaces(of: path)
    var rest = manifest.members.dropFirst(head.count)
    for entry in manifest.snaps {
      try claims(of: entry).consistency(with: rest.prefix(entry.revisions.count))
      rest = rest.dropFirst(entry.revisions.count)
    }
  }

  /// No text and no list is longer than it may be.
  func texts() throws(BundleError) {
    let texts = ManifestTexts(path: path)
    for store in manifest.stores { try texts.check(store) }
    try texts.check(manifest.accountKeys, "account-keys", of: "the manifest", limit: Self.mostChannels)
    for entry in manifest.snaps {
      let title = "\(entry.name)"
      try texts.check(entry.publisher, of: title)
      try texts.check(entry.includedStores, "including stores", of: title, limit: 5000)
      try texts.check(entry.snap, of: title)
      try texts.check(entry.revisions, entry.channelMap, of: entry.name)
    }
  }

  /// The administrator is one of this store and of no other.
  func agreement(with admin: StoreAdmin) throws(BundleError) {
    guard admin.store == manifest.store else {
      throw refusal("its administrator is one of \(admin.store), not of \(manifest.store)")
    }
    guard admin.brand == manifest.brand else {
      throw refusal("its administrator speaks for \(admin.brand), not for \(manifest.brand)")
    }
  }

  /// Every assertion chains to a pinned root; accounts, keys, stores and snaps are what the manifest says, and there is
  /// nothing of others.
  func agreement(with assertions: [Assertion], admin: StoreAdmin, roots: TrustedRoots) throws {
    var verifier = AssertionVerifier(roots: roots)
    try verifier.verify(assertions)
    for (who, account) in [("brand", manifest.brand), ("administrator", admin.admin.id)]
    where verifier.verified(AssertionIdentity(account: account)) == nil {
      throw refusal("it has no account assertion of its \(who) \(account)")
    }
    for key in manifest.accountKeys where verifier.verified(AssertionIdentity(accountKey: key.digest)) == nil {
      throw refusal("it has no account-key assertion of \(key)")
    }
    let ids = Set(manifest.stores.map(\.id.description))
    for store in assertions where store.type == .store {
      let id = store["store"] ?? ""
      guard ids.contains(id) else { throw refusal("its store assertion is of \(id), not of \(manifest.store)") }
      guard store["operator-id"] == manifest.brand.description else {
        throw refusal(
          "its store assertion says that \(store["operator-id"] ?? "nobody") runs \(id), not \(manifest.brand)")
      }
    }
    let proven = ProvenSnaps(assertions)
    let known = Set(manifest.snaps.map(\.snapID.description))
    if let stranger = proven.declarations.first(where: { !known.contains($0.key) }) {
      throw refusal("it has a snap-declaration of \(stranger.key), which is none of its snaps")
    }
    for entry in manifest.snaps {
      let claims = claims(of: entry)
      guard proven.declarations[entry.snapID.description] != nil else {
        throw refusal("it has no snap-declaration of \(entry.name)")
      }
      try claims.agreement(with: proven)
    }
  }

  private func claims(of entry: StoreBundleManifest.SnapEntry) -> SnapClaims {
    SnapClaims(
      name: entry.name, snapID: entry.snapID, publisher: entry.publisher, revisions: entry.revisions,
      channelMap: entry.channelMap, path: path)
  }

  private func refusal(_ reason: String) -> BundleError { .disagreement(path: path, reason: reason) }
}
