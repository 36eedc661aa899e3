public import Assertions
public import Bundles
public import Cryptography
public import FileSupport
import PostgreSQL
public import ProxyState
public import Reporting
import StoreAPI
public import StoreModel

/// Brings the tarball of one snap into the store.
///
/// Everything is proven before anything is visible: the files are written under their content address, then one
/// transaction makes assertions, revisions and channels known. Killed at any point it leaves the state before or after;
/// run again it converges, and run twice it changes nothing.
public struct SnapPush: Sendable {
  private let store: ProxyStore
  private let roots: TrustedRoots
  private let actor: String

  /// - Parameter actor: Who pushes, for the audit.
  public init(into store: ProxyStore, roots: TrustedRoots, actor: String) {
    self.store = store
    self.roots = roots
    self.actor = actor
  }

  /// Pushes one tarball.
  /// - Parameter replacingChannelMap: Whether a channel that holds something gets the tarball's revision; what it held
  ///   stays in the history.
  /// - Throws: Among others ``HeldFilesMissing``, before any file is read.
  public func push(
    _ file: InputFile, replacingChannelMap: Bool, progress: any ProgressReporter = SilentProgress()
  ) async throws -> PushOutcome<PushedBundle> {
    let known = try await KnownAssertions(store)
    let lent = LentFiles(blobs: store.blobs, path: file.path)
    let sink = BlobStoreSink(store.blobs)
    return try await store.removingUnused(of: sink) { connection in
      let contents = try await onThread("push") {
        let contents = try SnapBundleReader(file, roots: roots).read(into: sink, progress: progress) { contents in
          try known.verify(contents.assertions, roots: roots)
          try lent.requireHeld(by: contents.manifest)
          try sink.requireSpace(for: contents.manifest.carriedFiles)
        }
        try sink.finish()
        return contents
      }
      let manifest = contents.manifest
      if let awaited = lent.awaited(by: manifest, digest: contents.manifestDigest) { return .awaiting(awaited) }
      let (outcome, outdated) = try await connection.transaction { transaction in
        try await lent.requireShown(by: manifest, to: [manifest.store.description], in: transaction)
        let held = try await store.catalogue.signedAges(of: [manifest.snapID], in: transaction)
        let change = SnapImport(contents, held: held[manifest.snapID])
        let assertions = try await store.assertions.store(contents.assertions, in: transaction)
        let outcome = try await store.catalogue.importSnap(
          change, replacingChannelMap: replacingChannelMap, in: transaction)
        if outcome.isChange {
          let revisions = manifest.revisions.map(\.revision.description).joined(separator: " ")
          try await store.audit.record(
            "push-snap", of: manifest.name.description, by: actor,
            details: ["revisions": revisions, "replaced-channel-map": replacingChannelMap ? "true" : "false"],
            in: transaction)
        }
        return (outcome, assertions.outdated)
      }
      return .pushed(
        PushedBundle(
          name: manifest.name, store: manifest.store, revisions: manifest.revisions.map(\.revision), outcome: outcome,
          described: manifest.revisions, outdated: outdated, manifest: contents.manifestDigest))
    }
  }
}

/// What a push did.
public struct PushedBundle: Sendable {
  /// The snap.
  public let name: SnapName
  /// The store that lists it.
  public let store: StoreID
  /// The revisions that the tarball holds.
  public let revisions: [Revision]
  /// What changed.
  public let outcome: SnapImportOutcome
  /// The revisions whose needs are of interest.
  let described: [SnapBundleManifest.RevisionEntry]
  /// Assertions of which the store has newer revisions, which stay.
  public var outdated: [AssertionIdentity] = []
  /// Of the tarball's manifest, for people who compare it on both sides of the gap.
  public var manifest: SHA256Digest?

  /// What the revisions need to run. Publishers' texts are read for it, so it is worked out when no lock is held.
  public var needs: SnapNeeds { SnapNeeds(of: described, of: name) }
}
