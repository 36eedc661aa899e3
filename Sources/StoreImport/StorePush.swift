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
  /// - Parameter allowingRollback: Whether the administrator's token may be older than the one that is known.
  public func push(
    _ path: String, allowingRollback: Bool, progress: any ProgressReporter = SilentProgress()
  ) async throws -> PushedStore {
    let history = try await StoreHistory(store)
    return try await store.blobGuard.whileWriting { connection in
      let contents = try await onThread("push") {
        let sink = BlobStoreSink(store.blobs)
        let reader = StoreBundleReader(path: path, roots: roots)
        let contents = try reader.read(into: sink, progress: progress) { contents in
          try history.check(contents, roots: roots, allowingRollback: allowingRollback)
          try sink.requireSpace(for: contents.files + contents.icons)
        }
        try sink.finish()
        return contents
      }
      return try await connection.transaction { transaction in
        try await write(contents, allowingRollback: allowingRollback, in: transaction)
      }
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
      if try await store.stores.adopt(brandStore, in: transaction) { isChange = true }
    }
    if try await store.stores.replaceListings(
      manifest.snaps.map { $0.listing(in: own) }, of: manifest.stores.map(\.id), brand: manifest.brand, in: transaction)
    {
      isChange = true
    }
    let icons = Dictionary(contents.icons.map { ($0.path, $0) }) { first, _ in first }
    // What is only declared is known by its assertions and its listing.
    let entries = manifest.snaps.filter { !$0.revisions.isEmpty }
    let outcomes = try await store.catalogue.importSnaps(
      entries.map { SnapImport($0, icons: icons) }, replacingChannelMap: true, in: transaction)
    if outcomes.contains(where: \.isChange) { isChange = true }
    let snaps = zip(entries, outcomes).map { PushedBundle($0, outcome: $1) }
    let administrator = BrandAdministrator(contents.admin)
    if try await store.brandAdministrators.adopt(
      administrator, allowingRollback: allowingRollback, in: transaction)
    {
      isChange = true
    }
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
      store: manifest.store, stores: manifest.stores.reversed().map(\.id), snaps: snaps, isChange: isChange)
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
  init(_ admin: StoreAdmin) {
    self.init(
      brandID: admin.brand, accountID: admin.admin.id, email: admin.admin.email, username: admin.admin.username,
      displayName: admin.admin.displayName, tokenDigest: admin.token.sha3, issued: admin.token.issuedAt,
      expires: admin.token.expiresAt)
  }
}
