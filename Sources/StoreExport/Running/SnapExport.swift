import Assertions
import HTTPClient
public import Reporting
import UpstreamStore

/// Exports snaps from the upstream store as tarballs, one for each name, that another store can be given.
///
/// What a tarball holds is proven: every assertion to a pinned root, every file to its assertion.
public struct SnapExport: Sendable {
  /// What is exported, and how.
  public let options: SnapExportOptions
  private let devices: DeviceAPI
  private let fetcher: AssertionFetcher
  private let retries: RetryPolicy
  private let surroundings: HTTPClient.Surroundings
  private let cache: BlobCache
  private let assemble: TarballAssembly

  /// - Parameter assemble: Writes the tarballs.
  init(
    _ options: SnapExportOptions, devices: DeviceAPI, roots: TrustedRoots, retries: RetryPolicy,
    surroundings: HTTPClient.Surroundings, assemble: @escaping TarballAssembly
  ) {
    self.options = options
    self.devices = devices
    self.retries = retries
    self.surroundings = surroundings
    self.assemble = assemble
    fetcher = AssertionFetcher(devices: devices, roots: roots)
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
    let prepared = try await prepare(given.snaps, failures: &failures, progress: progress)
    try checkSpace(for: prepared)
    let folder = try ExportFolder(path: options.exportDirectory, now: surroundings.now())
    defer { folder.close() }
    let run = ExportRun(
      options: options, folder: folder, assemble: assemble,
      fetcher: BlobFetcher(
        cache: cache, devices: devices, rateLimit: options.rateLimit.map { RateLimit(bytesPerSecond: $0) },
        retries: retries, surroundings: surroundings, progress: progress))
    let outcome = try await run.export(prepared)
    return ExportSummary(
      bundles: outcome.bundles, failures: failures + outcome.failures, lacking: given.lacking,
      transferredBytes: outcome.transferredBytes)
  }

  /// How far the snap of that place came. No tuple: Swift 6.3's optimiser reads one of these from a task group as garbage.
  private struct Preparation: Sendable {
    let index: Int
    let result: Result<PreparedSnap, any Error>
  }

  /// Fetches and verifies all assertions before a file moves: what cannot be proven need not be downloaded.
  private func prepare(
    _ snaps: [PlannedSnap], failures: inout [ExportFailure], progress: any ProgressReporter
  ) async throws -> [PreparedSnap] {
    var prepared: [Int: PreparedSnap] = [:]
    var rest = Array(snaps.enumerated())[...]
    try await withThrowingTaskGroup(of: Preparation.self) { group in
      func startNext() {
        guard let (index, snap) = rest.popFirst() else { return }
        group.addTask { [fetcher, devices] in
          do {
            let prepared = try await PreparedSnap.prepare(
              snap, fetcher: fetcher, devices: devices, progress: progress)
            return Preparation(index: index, result: .success(prepared))
          } catch { return Preparation(index: index, result: .failure(error)) }
        }
      }
      for _ in 0..<max(1, options.jobs) { startNext() }
      while let preparation = try await group.next() {
        switch preparation.result {
        case .success(let snap): prepared[preparation.index] = snap
        case .failure(let error):
          let told = UnexpectedFailure.telling(error, of: snaps[preparation.index].name)
          guard options.keepsGoing || told.kind == .notFound, !Task.isCancelled else { throw error }
          failures.append(ExportFailure(name: snaps[preparation.index].name, error: told))
        }
        startNext()
      }
    }
    return snaps.indices.compactMap { prepared[$0] }
  }

  private func checkSpace(for prepared: [PreparedSnap]) throws(DiskSpaceError) {
    let revisions = prepared.flatMap(\.snap.revisions)
    let missing = revisions.reduce(UInt64(0)) { sum, revision in
      sum + revision.blob.size - min(cache.bytesAtHand(of: revision.blob.digest), revision.blob.size)
    }
    // Manifests, assertions, icons and the framing of the tarball are small beside the files.
    let tarballs = prepared.reduce(UInt64(0)) { $0 + $1.snap.bytes + $1.snap.bytes / 1000 + (1 << 20) }
    try DiskSpace.check([(options.cacheDirectory, missing), (options.exportDirectory, tarballs)])
  }
}
