import Bundles
import Cryptography
import PostgreSQL
import ProxyState
import StoreModel

/// Files that a tarball names and does not bring: the store has them, or another volume brought them.
struct LentFiles {
  let blobs: BlobStore
  /// Of the tarball, for messages.
  let path: String

  /// - Throws: ``HeldFilesMissing``: an increment stands on files that the store has.
  func requireHeld(by manifest: some BundleManifest) throws(HeldFilesMissing) {
    try refuse(manifest.held.filter { !has($0) })
  }

  /// The volumes whose files are not here yet; `nil` where nothing lacks.
  /// - Parameter digest: Of the manifest.
  func awaited(by manifest: some BundleManifest, digest: SHA256Digest) -> AwaitedVolumes? {
    guard let volume = manifest.volume else { return nil }
    let lacking = manifest.elsewhere.filter { !has($0) }
    let numbers = Set(
      lacking.compactMap { member in
        if case .volume(let number) = member.place { number } else { nil }
      })
    return numbers.isEmpty ? nil : AwaitedVolumes(volume: volume, missing: numbers.sorted(), manifest: digest)
  }

  /// Lends files only of snaps that the tarball's stores show already: who cannot get a file from the store must not have it
  /// shown by a tarball that only knows its digest. A file that no snap has is one of a volume that was pushed before.
  /// - Parameter stores: Those of the tarball.
  /// - Throws: ``HeldFilesMissing``.
  func requireShown(
    by manifest: some BundleManifest, to stores: [String], in transaction: Transaction
  ) async throws {
    let lent = [manifest.held, manifest.elsewhere].flatMap(\.self)
    guard !lent.isEmpty else { return }
    let audience = stores + [StoreID.global.description]
    let rows = try await transaction.query(
      """
      SELECT sha3_384, EXISTS (SELECT FROM snap_store AS s
        WHERE s.snap_id = r.snap_id AND s.is_listed AND s.store = ANY(\(audience))) AS is_shown
      FROM snap_revision AS r WHERE sha3_384 = ANY(\(lent.map(\.sha3.hex)))
      """)
    let shown = Dictionary(
      try rows.map { (try $0.text("sha3_384"), try $0.boolean("is_shown")) }
    ) { $0 && $1 }
    try refuse(lent.filter { !(shown[$0.sha3.hex] ?? ($0.place != .store)) })
  }

  private func refuse(_ missing: [BundleMember]) throws(HeldFilesMissing) {
    guard let first = missing.first else { return }
    throw HeldFilesMissing(path: path, first: first.path, count: missing.count)
  }

  private func has(_ member: BundleMember) -> Bool { blobs.size(of: member.sha3) == member.size }
}
