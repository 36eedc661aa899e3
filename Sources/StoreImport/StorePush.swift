public import Assertions
import Bundles
import Foundation
import PostgreSQL
public import ProxyState
public import Reporting
import StoreAPI
public import StoreModel

/// Brings the tarball of a brand's store into this one, or brings this one up to date with it.
///
/// As with the tarball of a snap, everything is proven before anything is visible, and one transaction makes all of it
/// visible: stores, administrator, assertions, snaps, and what each store lists. Killed at any point it leaves the state
/// before or after; run again it converges.
public struct StorePush: Sendable {
  private let store: ProxyStore
  private let roots: TrustedRoots
  private let actor: String

  /// - Parameter actor: Who pushes, for the audit.
  public init(into store: ProxyStore, roots: TrustedRoots, actor: String) {
    self.store = store
    self.roots = roots
    self.actor = actor
  }

  /// Pushes one tarball. Channels get what it says that they hold; what they held stays in the history.
  /// - Parameter allowingRollback: Whether the export may be older than the one that was pushed last.
  /// - Throws: Among others ``HeldFilesMissing``, before any file is read.
  public func push(
    _ path: String, allowingRollback: Bool, progress: any ProgressReporter = SilentProgress()
  ) async throws -> PushOutcome<PushedStore> {
    let history = try await StoreHistory(store)
    let lent = LentFiles(blobs: store.blobs, path: path)
    return try await store.blobGuard.whileWriting { connection in
      let contents = try await onThread("push") {
        let sink = BlobStoreSink(store.blobs)
        return try StoreBundleReader(path: path, roots: roots).read(into: sink, progress: progress) { contents in
          try history.check(contents, roots: roots, allowingRollback: allowingRollback)
          try lent.requireHeld(by: contents.manifest)
          try sink.requireSpace(for: contents.manifest.carriedFiles)
        }
      }
      if let awaited = lent.awaited(by: contents.manifest) { return .awaiting(awaited) }
      return .pushed(
        try await connection.transaction { transaction in
          try await lent.requireShown(
            by: contents.manifest, to: contents.manifest.stores.map(\.id.description), in: transaction)
          return try await write(contents, allowingRollback: allowingRollback, in: transaction)
        })
    }
  }

  private func write(
    _ contents: StoreBundleContents, allowingRollback: Bool, in transaction: Transaction
  ) async throws -> PushedStore {
    let manifest = contents.manifest
    let own = Set(manifest.stores.map(\.id))
    let assertions = try await store.assertions.store(contents.assertions, in: transaction)
    var isChange = !assertions.stored.isEmpty
    for brandStore in manifest.stores {
      let isExported = brandStore.id == manifest.store
      if try await store.stores.adopt(
        brandStore, exported: isExported ? manifest.exportedAt : nil, allowingRollback: allowingRollback,
        in: transaction)
      {
        isChange = true
      }
    }
    if try await store.stores.replaceListings(
      manifest.snaps.map { $0.listing(in: own) }, of: manifest.stores.map(\.id), brand: manifest.brand, in: transaction)
    {
      isChange = true
    }
    var snaps: [PushedBundle] = []
    let icons = Dictionary(contents.icons.map { ($0.path, $0) }) { first, _ in first }
    // What is only declared is known by its assertions and its listing.
    for entry in manifest.snaps where !entry.revisions.isEmpty || entry.isComplete {
      let change = SnapImport(entry, scope: manifest.scope, icons: icons)
      guard !entry.revisions.isEmpty else {
        if try await store.catalogue.close(change.closing, of: change.id, in: transaction) { isChange = true }
        continue
      }
      let outcome = try await store.catalogue.importSnap(change, replacingChannelMap: true, in: transaction)
      if outcome.isChange { isChange = true }
      snaps.append(PushedBundle(entry, outcome: outcome))
    }
    let administrator = BrandAdministrator(contents.admin, exported: manifest.exportedAt)
    let adoption = try await store.brandAdministrators.adopt(
      administrator, allowingRollback: allowingRollback, in: transaction)
    if adoption == .changed { isChange = true }
    if isChange {
      let revisions = snaps.reduce(0) { $0 + $1.outcome.addedRevisions.count }
      try await store.audit.record(
        "push-store", of: manifest.store.description, by: actor,
        details: [
          "brand": manifest.brand.description, "administrator": administrator.email, "new-revisions": "\(revisions)",
        ], in: transaction)
    }
    // The parent first, as upstream's stores stand on each other.
    return PushedStore(
      store: manifest.store, stores: manifest.stores.reversed().map(\.id), snaps: snaps, isChange: isChange,
      hasLaterAdministrator: adoption == .outdated)
  }
}

/// What a push of a store did.
public struct PushedStore: Sendable {
  /// The store that was exported.
  public let store: StoreID
  /// All stores that came, each after what it stands on.
  public let stores: [StoreID]
  /// Snaps with revisions, by name.
  public let snaps: [PushedBundle]
  /// Whether anything changed at all.
  public let isChange: Bool
  /// Whether the administrator is whoever a later export of another of the brand's stores named.
  public let hasLaterAdministrator: Bool
}

extension PushedBundle {
  /// What is new needs something; the rest was told of when it came.
  fileprivate init(_ entry: StoreBundleManifest.SnapEntry, outcome: SnapImportOutcome) {
    var needs = SnapNeeds()
    for revision in entry.revisions where outcome.addedRevisions.contains(revision.revision) {
      needs.add(SnapNeeds(of: revision.details))
    }
    self.init(
      name: entry.name, store: entry.store.description, revisions: entry.revisions.map(\.revision), outcome: outcome,
      needs: needs)
  }
}

extension BrandAdministrator {
  /// Who stands in a tarball.
  init(_ admin: StoreAdmin, exported: Date) {
    self.init(
      brandID: admin.brand, accountID: admin.admin.id, email: admin.admin.email, username: admin.admin.username,
      displayName: admin.admin.displayName, tokenDigest: admin.token.sha3, issued: admin.token.issuedAt,
      expires: admin.token.expiresAt, exported: exported)
  }
}
