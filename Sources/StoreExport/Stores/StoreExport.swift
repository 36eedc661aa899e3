public import Assertions
import Bundles
public import HTTPClient
public import Reporting
import StoreAPI
import StoreModel
public import UpstreamStore

/// Exports a brand's store as one tarball that a store behind an air gap can be given: stores, accounts, keys, snaps.
///
/// Everything is proven as with ``SnapExport``. Source: upstream-admin-api, section 7.
public struct StoreExport: Sendable {
  /// What is exported, and how.
  public let options: StoreExportOptions
  private let dashboard: Dashboard
  private let devices: DeviceAPI
  private let fetcher: AssertionFetcher
  private let retries: RetryPolicy
  private let surroundings: HTTPClient.Surroundings
  private let cache: BlobCache

  /// - Parameters:
  ///   - dashboard: Logged in with a token.
  ///   - devices: Of the exported store, with the same token.
  public init(
    _ options: StoreExportOptions, dashboard: Dashboard, devices: DeviceAPI, roots: TrustedRoots,
    retries: RetryPolicy = RetryPolicy(), surroundings: HTTPClient.Surroundings = HTTPClient.Surroundings()
  ) {
    self.options = options
    self.dashboard = dashboard
    self.devices = devices
    self.retries = retries
    self.surroundings = surroundings
    fetcher = AssertionFetcher(devices: devices, roots: roots)
    cache = BlobCache(directory: options.snaps.cacheDirectory)
  }

  /// Finds out what the export would do. Moves no snap.
  public func plan(progress: any ProgressReporter = SilentProgress()) async throws -> StoreExportPlan {
    let askedAt = surroundings.now()
    progress.note("Downloading store metadata and assertion...")
    let store = try await dashboard.store(options.store)
    var stores = [store]
    if let parent = store.parent {
      stores.append(try await dashboard.store(parent))
    } else {
      progress.note("\(store.id) has no parent: it is no device view, and its own snaps are all that it shows")
    }
    var listing: [SnapID: BrandStoreSnap] = [:]
    for store in stores {
      for var snap in try await dashboard.snaps(of: store.id) {
        // Whatever else is said of inclusion: the store lists it.
        if snap.store != store.id { snap.includedStores = (snap.includedStores ?? []) + [store.id] }
        listing[snap.id] = listing[snap.id].map { Self.merged($0, snap) } ?? snap
      }
    }
    progress.note("Downloading store admin account details and assertion...")
    let (account, token) = try await dashboard.administrator(now: surroundings.now())
    let all = listing.values.sorted { $0.name < $1.name }
    return StoreExportPlan(
      stores: stores, listing: all, snaps: try await snaps(of: all),
      administrator: .init(account: account, token: token), askedAt: askedAt)
  }

  private func snaps(of listing: [BrandStoreSnap]) async throws -> SnapExportPlan {
    guard !options.withoutSnaps else { return SnapExportPlan(snaps: [], failures: [], lacking: []) }
    var wanted = options.snaps
    wanted.snaps = listing.filter(\.isReleased).map(\.name)
    var planner = SnapPlanner(options: wanted, devices: devices, cache: cache)
    return try await planner.plan()
  }

  /// Both stores tell of a snap; what one says of inclusion holds as well as what the other says.
  private static func merged(_ one: BrandStoreSnap, _ other: BrandStoreSnap) -> BrandStoreSnap {
    var merged = one
    merged.includedStores = Array(Set((one.includedStores ?? []) + (other.includedStores ?? []))).sorted()
    if !merged.isReleased { merged.latestRelease = other.latestRelease }
    return merged
  }

  /// Downloads, verifies and archives. A key that is not registered ends it before any snap is downloaded.
  ///
  /// - Parameter plan: What ``plan(progress:)`` gave; made anew where it is absent.
  /// - Throws: What stopped the export. There is a whole tarball or none; the cache keeps what it has.
  public func run(_ plan: StoreExportPlan? = nil, progress: any ProgressReporter = SilentProgress()) async throws
    -> StoreExportSummary
  {
    let given: StoreExportPlan
    if let plan { given = plan } else { given = try await self.plan(progress: progress) }
    let statements = try await StoreStatements.fetch(
      given, keys: options.keys, jobs: options.snaps.jobs, fetcher: fetcher, progress: progress)
    var failures = given.snaps.failures
    let preparation = SnapPreparation(options: options.snaps, devices: devices, fetcher: fetcher, progress: progress)
    let prepared = try await preparation.prepare(given.snaps.snaps, failures: &failures)
    try SpaceCheck(options: options.snaps, cache: cache).check(prepared)
    let bundling = StoreBundling(plan: given, statements: statements, options: options)
    let archived = try await archive(prepared, bundling: bundling, failures: &failures, progress: progress)
    let exported = Set(archived.snaps.map(\.snap.snapID))
    let failed = Set(failures.map(\.name))
    return StoreExportSummary(
      paths: archived.tarball.paths, manifests: archived.tarball.manifests, bytes: archived.tarball.bytes,
      token: given.administrator.token,
      snaps: archived.snaps.map(\.snap.name),
      declaredOnly: given.listing.filter { !exported.contains($0.id) && !failed.contains($0.name) }.map(\.name),
      failures: failures, lacking: given.snaps.lacking, unread: given.snaps.unread,
      transferredBytes: archived.transferredBytes)
  }

  private struct Archived {
    let tarball: ExportRun.PlacedTarball
    let snaps: [PreparedSnap]
    let transferredBytes: UInt64
  }

  /// One tarball of all snaps. Where a snap fails and the options say to keep going, it is begun anew without that snap;
  /// what was downloaded by then comes from the cache.
  private func archive(
    _ prepared: [PreparedSnap], bundling: StoreBundling, failures: inout [ExportFailure],
    progress: any ProgressReporter
  ) async throws -> Archived {
    let folder = try ExportFolder(path: options.snaps.exportDirectory, now: surroundings.now())
    defer { folder.close() }
    let rateLimit = options.snaps.rateLimit.map { RateLimit(bytesPerSecond: $0) }
    let run = ExportRun(
      jobs: options.snaps.jobs, keepsGoing: options.snaps.keepsGoing, folder: folder,
      fetcher: BlobFetcher(
        cache: cache, devices: devices, rateLimit: rateLimit, retries: retries, surroundings: surroundings,
        progress: progress),
      allArrived: { progress.note("Creating the export archive...") })
    var included = prepared
    var transferred: UInt64 = 0
    while true {
      // In the order of the names, as the files stand in the tarball.
      let snaps = included.sorted { $0.snap.name < $1.snap.name }
      let parts: [TarballJob.Part]
      do { parts = try bundling.parts(snaps) } catch let error as BundleError where options.snaps.keepsGoing {
        guard case .volumeTooSmall(_, _, let member) = error,
          let name = snaps.first(where: { member.hasPrefix("snaps/\($0.snap.name)_") })?.snap.name
        else { throw error }
        failures.append(ExportFailure(name: name, error: error))
        included.removeAll { $0.snap.name == name }
        continue
      }
      let job = TarballJob(name: "store-export-\(options.store)", parts: parts)
      let outcome = try await run.export([job])
      Saturating.add(outcome.transferredBytes, to: &transferred)
      if let tarball = outcome.tarballs[0] {
        return Archived(tarball: tarball, snaps: snaps, transferredBytes: transferred)
      }
      guard let failure = outcome.failures[0], let file = failure.file else {
        throw outcome.failures[0]?.error ?? CancellationError()
      }
      let name = job.files[file].snap
      failures.append(ExportFailure(name: name, error: UnexpectedFailure.telling(failure.error, of: name)))
      included.removeAll { $0.snap.name == name }
    }
  }
}
