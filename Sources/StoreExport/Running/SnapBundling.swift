public import Assertions
import Bundles
public import HTTPClient
import StoreAPI
import StoreModel
public import UpstreamStore

extension SnapExport {
  /// An export from a store, as tarballs that `snap-proxy push-snap` takes.
  public init(
    _ options: SnapExportOptions, devices: DeviceAPI, roots: TrustedRoots, retries: RetryPolicy = RetryPolicy(),
    surroundings: HTTPClient.Surroundings = HTTPClient.Surroundings()
  ) {
    let store = options.store ?? "ubuntu"
    self.init(options, devices: devices, roots: roots, retries: retries, surroundings: surroundings) {
      snap, files, path in try SnapBundling(snap: snap, store: store).write(files, to: path)
    }
  }
}

/// Makes the tarball of one snap while its files arrive.
struct SnapBundling {
  let snap: PreparedSnap
  let store: String

  func write(_ files: [GrowingBlob], to path: String) throws {
    let byDigest = Dictionary(files.map { ($0.digest, $0) }) { first, _ in first }
    var rounds: [(GrowingBlob, Int)] = []
    try bundle.write(to: path) { revision in
      guard let file = byDigest[revision.sha3] else { throw GrowingBlob.Restarted() }
      return { write in rounds.append((file, try file.forEachChunk(write))) }
    }
    for (file, round) in rounds { try file.waitUntilVerified(round: round) }
  }

  private var bundle: SnapBundle {
    let planned = snap.snap
    return SnapBundle(
      name: planned.name, snapID: planned.snapID, publisher: planned.details.publisher, store: store,
      snap: withoutAddresses(planned.details),
      revisions: planned.revisions.map { revision in
        SnapBundleManifest.RevisionEntry(
          revision: revision.revision, sha3: revision.blob.digest, size: revision.blob.size,
          architectures: revision.details.architectures ?? [.all], details: withoutAddresses(revision.details))
      },
      channelMap: planned.revisions.flatMap { revision in
        revision.placements.map { placement in
          SnapBundleManifest.ReleaseEntry(
            channel: placement.channel, architecture: placement.architecture, revision: revision.revision,
            releasedAt: placement.releasedAt)
        }
      },
      assertions: snap.assertions,
      icon: snap.icon.map { SnapBundle.Icon(bytes: $0.bytes, fileExtension: $0.fileExtension) })
  }

  /// The store's own addresses mean nothing behind the gap, and may differ from one day to the next.
  private func withoutAddresses(_ details: SnapDetails) -> SnapDetails {
    var details = details
    details.download = nil
    details.media = nil
    details.channel = nil
    return details
  }
}
