public import Assertions
import Bundles
import Cryptography
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
    let store = options.store ?? .global
    self.init(options, devices: devices, roots: roots, retries: retries, surroundings: surroundings) { snap in
      try SnapBundling(snap: snap, store: store).parts(limit: options.volumeSize)
    }
  }
}

/// Makes the tarballs of one snap while its files arrive.
struct SnapBundling: Sendable {
  let snap: PreparedSnap
  let store: StoreID

  /// - Parameter limit: Of a tarball, in bytes.
  func parts(limit: UInt64?) throws -> [TarballJob.Part] {
    guard let limit else {
      // Made when it is written: many snaps wait for that, and each has many assertions.
      return [TarballJob.Part(files: snap.files) { files, path in try Self.write(bundle, files, to: path) }]
    }
    return try bundle.volumes(limit: limit).map { volume in
      TarballJob.Part(volume: volume.manifest.volume, files: snap.files.carried(by: volume.manifest)) { files, path in
        try Self.write(volume, files, to: path)
      }
    }
  }

  private static func write(_ bundle: SnapBundle, _ files: [GrowingBlob], to path: String) throws -> SHA256Digest {
    try ArrivedFiles(files).write { contents in try bundle.write(to: path, contents: contents) }
  }

  private var bundle: SnapBundle {
    let planned = snap.snap
    return SnapBundle(
      name: planned.name, snapID: planned.snapID, publisher: planned.details.publisher, store: store,
      snap: snap.bundleDetails, revisions: snap.revisionEntries, channelMap: snap.releaseEntries,
      assertions: snap.assertions, icon: snap.bundleIcon, held: snap.held)
  }
}

extension [ArrivingFile] {
  /// Those that a tarball has.
  func carried(by manifest: some BundleManifest) -> [ArrivingFile] {
    let digests = Set(manifest.carried.map(\.sha3))
    return filter { digests.contains($0.blob.digest) }
  }
}

/// What manifests say of a snap.
extension PreparedSnap {
  /// What belongs to the snap.
  var bundleDetails: SnapDetails { Self.withoutAddresses(snap.details) }

  /// One for each file.
  var revisionEntries: [SnapBundleManifest.RevisionEntry] {
    snap.revisions.map { revision in
      SnapBundleManifest.RevisionEntry(
        revision: revision.revision, sha3: revision.blob.digest, size: revision.blob.size,
        architectures: revision.details.architectures ?? [.all], details: Self.withoutAddresses(revision.details))
    }
  }

  /// One for each channel and architecture.
  var releaseEntries: [SnapBundleManifest.ReleaseEntry] {
    snap.revisions.flatMap { revision in
      revision.placements.map { placement in
        SnapBundleManifest.ReleaseEntry(
          channel: placement.channel, architecture: placement.architecture, revision: revision.revision,
          releasedAt: placement.releasedAt)
      }
    }
  }

  /// The files that the store behind the gap has already.
  var held: Set<SHA3Digest> { Set(snap.revisions.filter(\.isHeld).map(\.blob.digest)) }

  var bundleIcon: SnapBundle.Icon? {
    icon.map { SnapBundle.Icon(bytes: $0.bytes, fileExtension: $0.fileExtension) }
  }

  /// The store's own addresses mean nothing behind the gap, and may differ from one day to the next.
  private static func withoutAddresses(_ details: SnapDetails) -> SnapDetails {
    var details = details
    details.download = nil
    details.media = nil
    details.channel = nil
    return details
  }
}

/// The files of tarballs, whichever bundle they go into.
struct ArrivedFiles {
  private let byDigest: [SHA3Digest: GrowingBlob]

  init(_ files: [GrowingBlob]) { byDigest = Dictionary(files.map { ($0.digest, $0) }) { first, _ in first } }

  /// Has a tarball written, and waits until all that went into it is verified.
  /// - Returns: What `body` gave: the digest of the manifest.
  func write(
    _ body: (_ contents: (SnapBundleManifest.RevisionEntry) throws -> SnapBundle.Contents) throws -> SHA256Digest
  ) throws -> SHA256Digest {
    var rounds: [(GrowingBlob, Int)] = []
    let manifest = try body { revision in
      guard let file = byDigest[revision.sha3] else {
        throw CacheError(doing: "archive \(revision.sha3)", reason: "it was not planned")
      }
      return { write in rounds.append((file, try file.forEachChunk(write))) }
    }
    for (file, round) in rounds { try file.waitUntilVerified(round: round) }
    return manifest
  }
}
