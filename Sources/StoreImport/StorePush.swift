public import Assertions
import Bundles
public import Cryptography
public import FileSupport
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
    _ file: InputFile, allowingRollback: Bool, progress: any ProgressReporter = SilentProgress()
  ) async throws -> PushOutcome<PushedStore> {
    let history = try await StoreHistory(store)
    let lent = LentFiles(blobs: store.blobs, path: file.path)
    let sink = BlobStoreSink(store.blobs)
    return try await store.removingUnused(of: sink) { connection in
      let contents = try await onThread("push") {
        let reader = StoreBundleReader(file, roots: roots)
        let contents = try reader.read(into: sink, progress: progress) { contents in
          try history.check(contents, roots: roots, allowingRollback: allowingRollback)
          try lent.requireHeld(by: contents.manifest)
          try sink.requireSpace(for: contents.manifest.carriedFiles)
        }
        try sink.finish()
        return contents
      }
      if let awaited = lent.awaited(by: contents.manifest, digest: contents.manifestDigest) {
        return .awaiting(awaited)
      }
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
    let assertions = try await store.assertions.store(contents.assertions, in: transaction)
    var isChange = !assertions.stored.isEmpty
    let times = try await BrandStoreRepository(database: transaction).exportTimes()
    // A parent came with a later export of another of its views: that one knows it better.
    let stores = manifest.stores.filter { brandStore in
      guard brandStore.id != manifest.store, !allowingRollback, let known = times[brandStore.id] else { return true }
      return known <= manifest.exportedAt
    }
    for brandStore in stores {
      if try await store.stores.adopt(
        brandStore, exported: manifest.exportedAt, allowingRollback: allowingRollback, in: transaction)
      {
        isChange = true
      }
    }
    let own = Set(stores.map(\.id))
    if try await store.stores.replaceListings(
      manifest.snaps.map { $0.listing(in: own) }, of: stores.map(\.id), brand: manifest.brand, in: transaction)
    {
      isChange = true
    }
    let icons = Dictionary(contents.icons.map { ($0.path, $0) }) { first, _ in first }
    // What is only declared is known by its assertions and its listing.
    let complete = manifest.snaps.filter { $0.revisions.isEmpty && $0.isComplete }
    let closed = try await store.catalogue.close(
      ReleaseScope(manifest.scope), of: complete.map(\.snapID), exported: manifest.exportedAt,
      allowingRollback: allowingRollback, in: transaction)
    let entries = manifest.snaps.filter { !$0.revisions.isEmpty }
    let declarations = Dictionary(grouping: contents.assertions.filter { $0.type == .snapDeclaration }) {
      $0["snap-id"] ?? ""
    }
    let accounts = contents.assertions.filter { $0.type == .account }
    let outcomes = try await store.catalogue.importSnaps(
      entries.map { entry in
        SnapImport(
          entry, of: manifest, icons: icons,
          age: SignedAge(
            of: entry.snapID, declarations: declarations[entry.snapID.description] ?? [], accounts: accounts))
      }, replacingChannelMap: true,
      allowingRollback: allowingRollback, in: transaction)
    if !closed.isEmpty || outcomes.contains(where: \.isChange) { isChange = true }
    var snaps = zip(entries, outcomes).map { PushedBundle($0, outcome: $1) }
    for entry in complete {
      guard let slots = closed[entry.snapID] else { continue }
      var outcome = SnapImportOutcome()
      (outcome.closed, outcome.isChange) = (slots, true)
      snaps.append(PushedBundle(entry, outcome: outcome))
    }
    snaps.sort { $0.name < $1.name }
    let administrator = BrandAdministrator(contents.admin, exported: manifest.exportedAt)
    let adoption = try await store.brandAdministrators.adopt(
      administrator, allowingRollback: allowingRollback, in: transaction)
    if adoption == .changed { isChange = true }
    if isChange {
      let revisions = Saturating.sum(of: snaps.map(\.outcome.addedRevisions.count))
      try await store.audit.record(
        "push-store", of: manifest.store.description, by: actor,
        details: [
          "brand": manifest.brand.description, "administrator": administrator.email, "new-revisions": "\(revisions)",
          "closed-channels": "\(Saturating.sum(of: snaps.map(\.outcome.closed.count)))",
        ], in: transaction)
    }
    // The parent first, as upstream's stores stand on each other.
    return PushedStore(
      store: manifest.store, stores: manifest.stores.reversed().map(\.id), snaps: snaps, isChange: isChange,
      hasLaterAdministrator: adoption == .outdated, outdated: assertions.outdated, manifest: contents.manifestDigest)
  }
}

/// What a push of a store did.
public struct PushedStore: Sendable {
  /// The store that was exported.
  public let store: StoreID
  /// All stores that came, each after what it stands on.
  public let stores: [StoreID]
  /// Snaps with revisions, and those whose channels were closed; by name.
  public let snaps: [PushedBundle]
  /// Whether anything changed at all.
  public let isChange: Bool
  /// Whether the administrator is whoever a later export of another of the brand's stores named.
  public let hasLaterAdministrator: Bool
  /// Assertions of which the store has newer revisions, which stay.
  public let outdated: [AssertionIdentity]
  /// Of the tarball's manifest, for people who compare it on both sides of the gap.
  public let manifest: SHA256Digest
}

extension PushedBundle {
  /// What is new needs something; the rest was told of when it came.
  fileprivate init(_ entry: StoreBundleManifest.SnapEntry, outcome: SnapImportOutcome) {
    self.init(
      name: entry.name, store: entry.store, revisions: entry.revisions.map(\.revision), outcome: outcome,
      described: entry.revisions.filter { outcome.addedRevisions.contains($0.revision) })
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
