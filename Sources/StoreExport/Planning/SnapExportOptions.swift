public import Bundles
public import StoreModel

/// What to export, from where to where, and how.
public struct SnapExportOptions: Sendable {
  /// Snaps by name: what each channel holds for each architecture.
  public var snaps: [SnapName]
  /// Snaps by revision, with the channel that the revision is to be pushed to.
  public var packages: [PinnedPackage]
  /// For ``snaps``.
  public var channels: [Channel]
  /// For ``snaps``, and where a pinned revision runs everywhere.
  public var architectures: [Architecture]
  /// Whether bases, snapd and content providers are exported along, each as a tarball of its own.
  public var withDependencies: Bool
  /// Where the tarballs go.
  public var exportDirectory: String
  /// Where downloads are kept for the next time.
  public var cacheDirectory: String
  /// How many files are downloaded at once.
  public var jobs: Int
  /// For all downloads together, in bytes a second.
  public var rateLimit: UInt64?
  /// Whether a snap that fails leaves the others alone.
  public var keepsGoing: Bool
  /// Whether a channel that holds nothing for an architecture is passed over, and is no failure of its snap.
  public var passesOverGaps = false
  /// What the store behind the gap has already: it is neither downloaded nor archived.
  public var held = HeldFiles.none
  /// A tarball that would be larger is spread over several; in bytes.
  public var volumeSize: UInt64?
  /// The id of the private store that the snaps come from; `nil` is the global store.
  public var store: StoreID?

  /// Options with the documented defaults.
  public init(
    snaps: [SnapName], packages: [PinnedPackage] = [], channels: [Channel] = [.stable],
    architectures: [Architecture] = [.amd64], withDependencies: Bool = false, exportDirectory: String,
    cacheDirectory: String, jobs: Int = 4, rateLimit: UInt64? = nil, keepsGoing: Bool = false, store: StoreID? = nil
  ) {
    self.snaps = snaps
    self.packages = packages
    self.channels = channels
    self.architectures = architectures
    self.withDependencies = withDependencies
    self.exportDirectory = exportDirectory
    self.cacheDirectory = cacheDirectory
    self.jobs = jobs
    self.rateLimit = rateLimit
    self.keepsGoing = keepsGoing
    self.store = store
  }

  /// Makes the folder of the tarballs, and finds out whether they can be written there.
  /// - Throws: ``CacheError``, which names the folder.
  public func requireExportDirectory() throws { try ExportFolder.require(exportDirectory) }
}
