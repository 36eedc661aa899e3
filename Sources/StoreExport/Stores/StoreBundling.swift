import Assertions
import Bundles
import StoreAPI
import StoreModel
import UpstreamStore

/// Makes the tarball of a store while its files arrive.
struct StoreBundling: Sendable {
  let plan: StoreExportPlan
  let statements: StoreStatements
  let keys: [AccountKeyID]

  func write(_ snaps: [PreparedSnap], files: [GrowingBlob], to path: String) throws {
    let bundle = try bundle(snaps)
    try ArrivedFiles(files).write { contents in
      try bundle.write(to: path) { revision, _ in try contents(revision) }
    }
  }

  private func bundle(_ snaps: [PreparedSnap]) throws -> StoreBundle {
    var stream = AssertionStream()
    stream.include(statements.assertions)
    for snap in snaps { stream.include(snap.assertions) }
    let prepared = Dictionary(snaps.map { ($0.snap.snapID, $0) }) { first, _ in first }
    return try StoreBundle(
      stores: plan.stores, admin: try admin(), accountKeys: Array(Set(keys)),
      snaps: plan.listing.filter { statements.declared.contains($0.id) }.map { Self.entry($0, prepared[$0.id]) },
      assertions: stream.ordered)
  }

  private func admin() throws -> StoreAdmin {
    guard let store = plan.stores.first, let email = plan.administrator.account.email else {
      throw StoreExportError.noEmail
    }
    let (account, token) = (plan.administrator.account, plan.administrator.token)
    return StoreAdmin(
      store: store.id, brand: store.brandID,
      admin: .init(id: statements.admin, email: email, username: account.username, displayName: account.displayName),
      token: .init(
        sha3: token.digest, issuedAt: token.issuedAt, expiresAt: token.expiresAt, permissions: token.permissions))
  }

  private static func entry(_ listed: BrandStoreSnap, _ snap: PreparedSnap?) -> StoreBundle.Snap {
    var named = SnapDetails()
    named.name = listed.name
    named.snapID = listed.id
    return StoreBundle.Snap(
      .init(
        name: listed.name, snapID: listed.id, publisher: snap?.snap.details.publisher, store: listed.store,
        isPrivate: listed.isPrivate, includedStores: listed.includedStores ?? [],
        snap: snap?.bundleDetails ?? named, revisions: snap?.revisionEntries ?? [],
        channelMap: snap?.releaseEntries ?? []),
      icon: snap?.bundleIcon)
  }
}
