import Cryptography
import ProxyState

/// Checks whether the files that devices may ask for can be read. A result counts for 30 seconds, or until the catalogue
/// changes.
actor FileHealth {
  private static let lifetime = Duration.seconds(30)

  private let storefront: CurrentStorefront
  private let blobs: BlobStore
  private var last: (generation: Int64, at: ContinuousClock.Instant, audit: BlobAudit)?
  private var running: Task<BlobAudit, Never>?

  init(storefront: CurrentStorefront, blobs: BlobStore) {
    self.storefront = storefront
    self.blobs = blobs
  }

  func audit() async -> BlobAudit {
    let latest = storefront.latest
    if let last, last.generation == latest.generation, .now - last.at < Self.lifetime { return last.audit }
    if let running { return await running.value }
    let digests = Set(latest.snaps.values.flatMap { $0.snap.revisions.values.map(\.sha3) })
    let task = Task { [blobs] in await BlobAudit.of(digests, in: blobs) }
    running = task
    let audit = await task.value
    running = nil
    last = (latest.generation, .now, audit)
    return audit
  }
}
