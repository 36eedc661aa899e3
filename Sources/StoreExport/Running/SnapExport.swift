import Assertions
import Bundles
import HTTPClient
public import Reporting
import StoreModel
import UpstreamStore

/// What the tarballs of one snap are to hold.
typealias TarballAssembly = @Sendable (_ snap: PreparedSnap) throws -> [TarballJob.Part]

/// Exports snaps from the upstream store as tarballs, one for each name, that another store can be given.
///
/// What a tarball holds is proven: every assertion to a pinned root, every file to its assertion.
public struct SnapExport: Sendable {
  /// What is exported, and how.
  public let options: SnapExportOptions
  private let devices: DeviceAPI
  private let roots: TrustedRoots
  private let retries: RetryPolicy
  private let surroundings: HTTPClient.Surroundings
  private let cache: BlobCache
  private let assemble: TarballAssembly

  /// - Parameter assemble: Makes the tarballs.
  init(
    _ options: SnapExportOptions, devices: DeviceAPI, roots: TrustedRoots, retries: RetryPolicy,
    surroundings: HTTPClient.Surroundings, assemble: @escaping TarballAssembly
  ) {
    self.options = options
    self.devices = devices
    self.roots = roots
    self.retries = retries
    self.surroundings = surroundings
    self.assemble = assemble
    cache = BlobCache(directory: options.cacheDirectory)
  }

  /// Finds out what the export would do. Moves no file.
  public func plan() async throws -> SnapExportPlan {
    var planner = SnapPlanner(options: options, devices: devices, cache: cache)
    return try await planner.plan()
  }

  /// Downloads, verifies and archives. Snaps that the store does not have never keep the others from being exported;
  /// after any other failure everything stops, unless the options say to keep going.
  ///
  /// - Parameter plan: What ``plan()`` gave; made anew where it is absent.
  /// - Throws: What stopped the export. Tarballs that were whole by then stay, and the cache keeps what it has.
  public func run(_ plan: SnapExportPlan? = nil, progress: any ProgressReporter = SilentProgress()) async throws
    -> ExportSummary
  {
    let given: SnapExportPlan
    if let plan { given = plan } else { given = try await self.plan() }
    var failures = given.failures
    let preparation = SnapPreparation(
      options: options, devices: devices, fetcher: AssertionFetcher(devices: devices, roots: roots),
      progress: progress)
    let prepared = try await preparation.prepare(given.snaps, failures: &failures)
    try SpaceCheck(options: options, cache: cache).check(prepared)
    let jobs = try jobs(of: prepared, failures: &failures)
    let folder = try ExportFolder(path: options.exportDirectory, now: surroundings.now())
    defer { folder.close() }
    let run = ExportRun(
      jobs: options.jobs, keepsGoing: options.keepsGoing, folder: folder,
      fetcher: BlobFetcher(
        cache: cache, devices: devices, rateLimit: options.rateLimit.map { RateLimit(bytesPerSecond: $0) },
        retries: retries, surroundings: surroundings, progress: progress))
    let outcome = try await run.export(jobs.map(\.job))
    for (index, failure) in outcome.failures.sorted(by: { $0.key < $1.key }) {
      let name = jobs[index].snap.snap.name
      failures.append(ExportFailure(name: name, error: UnexpectedFailure.telling(failure.error, of: name)))
    }
    let bundles = jobs.indices.compactMap { index in
      outcome.tarballs[index].map { placed in
        let snap = jobs[index].snap.snap
        return ExportedBundle(
          name: snap.name, paths: placed.paths, manifests: placed.manifests, bytes: placed.bytes,
          revisions: snap.revisions.map(\.revision),
          neededBy: snap.neededBy)
      }
    }
    return ExportSummary(
      bundles: bundles, failures: failures, lacking: given.lacking, unread: given.unread,
      transferredBytes: outcome.transferredBytes)
  }

  /// - Parameter failures: Gets the snaps that no volume has room for, where they leave the others alone.
  private func jobs(
    of prepared: [PreparedSnap], failures: inout [ExportFailure]
  ) throws -> [(snap: PreparedSnap, job: TarballJob)] {
    var jobs: [(snap: PreparedSnap, job: TarballJob)] = []
    for snap in prepared {
      do {
        jobs.append((snap, TarballJob(name: snap.snap.name.description, parts: try assemble(snap))))
      } catch let error as BundleError where options.keepsGoing {
        failures.append(ExportFailure(name: snap.snap.name, error: error))
      }
    }
    return jobs
  }
}

/// Whether the cache and the tarballs will fit on their disks.
struct SpaceCheck {
  let options: SnapExportOptions
  let cache: BlobCache

  /// - Throws: ``DiskSpaceError``.
  func check(_ prepared: [PreparedSnap]) throws(DiskSpaceError) {
    let revisions = prepared.flatMap(\.snap.carried)
    let missing = Saturating.sum(
      of: revisions.map { Saturating.difference($0.blob.size, cache.bytesAtHand(of: $0.blob.digest)) })
    // Manifests, assertions, icons and the framing of the tarball are small beside the files.
    let tarballs = Saturating.sum(
      of: prepared.map { Saturating.sum(of: [$0.snap.bytes, $0.snap.bytes / 1000, 1 << 20]) })
    try DiskSpace.check([(options.cacheDirectory, missing), (options.exportDirectory, tarballs)])
  }
}
