import Assertions
import Bundles
import StoreAPI
import StoreModel
import UpstreamStore

/// Makes the tarballs of a store while its files arrive.
struct StoreBundling: Sendable {
  let plan: StoreExportPlan
  let statements: StoreStatements
  let options: StoreExportOptions

  func parts(_ snaps: [PreparedSnap]) throws -> [TarballJob.Part] {
    let bundle = try bundle(snaps)
    let files = snaps.flatMap(\.files)
    let volumes = try options.snaps.volumeSize.map { try bundle.volumes(limit: $0) } ?? [bundle]
    return volumes.map { volume in
      TarballJob.Part(volume: volume.manifest.volume, files: files.carried(by: volume.manifest)) { files, path in
        try ArrivedFiles(files).write { contents in
          try volume.write(to: path) { revision, _ in try contents(revision) }
        }
      }
    }
  }

  private func bundle(_ snaps: [PreparedSnap]) throws -> StoreBundle {
    var stream = AssertionStream()
    stream.include(statements.assertions)
    for snap in snaps { stream.include(snap.assertions) }
    let prepared = Dictionary(snaps.map { ($0.snap.snapID, $0) }) { first, _ in first }
    let unreleased = Set(plan.snaps.unreleased)
    return try StoreBundle(
      stores: plan.stores, admin: try admin(), accountKeys: Array(Set(options.keys)),
      snaps: plan.listing.filter { statements.declared.contains($0.id) }.map { listed in
        let snap = prepared[listed.id]
        return Self.entry(listed, snap, isComplete: snap != nil || unreleased.contains(listed.name))
      },
      assertions: stream.ordered,
      scope: .init(channels: options.snaps.channels, architectures: options.snaps.architectures),
      held: snaps.reduce(into: []) { $0.formUnion($1.held) }, now: plan.askedAt)
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

  private static func entry(
    _ listed: BrandStoreSnap, _ snap: PreparedSnap?, isComplete: Bool
  ) -> StoreBundle.Snap {
    var named = SnapDetails()
    named.name = listed.name
    named.snapID = listed.id
    return StoreBundle.Snap(
      .init(
        name: listed.name, snapID: listed.id, publisher: snap?.snap.details.publisher, store: listed.store,
        isPrivate: listed.isPrivate, includedStores: listed.includedStores ?? [],
        snap: snap?.bundleDetails ?? named, revisions: snap?.revisionEntries ?? [],
        channelMap: snap?.releaseEntries ?? [], isComplete: isComplete),
      icon: snap?.bundleIcon)
  }
}
