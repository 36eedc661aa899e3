public import Cryptography
import Foundation
public import PostgreSQL
public import Reporting

/// All that a proxy keeps: the database with its repositories, and the files.
public struct ProxyStore: Sendable {
  /// Where everything is on this machine.
  public let directory: StateDirectory
  /// The database of all units.
  public let database: ConnectionPool
  /// What operators set.
  public let configuration: ConfigurationRepository
  /// What was verified.
  public let assertions: AssertionRepository
  /// What is offered.
  public let catalogue: CatalogueRepository
  /// What devices get in place of what channels hold.
  public let overrides: OverrideRepository
  /// Stores of brands.
  public let stores: BrandStoreRepository
  /// Who administers them.
  public let brandAdministrators: BrandAdministratorRepository
  /// The files.
  public let blobs: BlobStore
  /// Files of the upstream store, kept for the next device.
  public let downloads: DownloadStore
  /// Keeps those who write files from those who remove them.
  public let blobGuard: BlobGuard
  /// Devices' numbers of single use.
  public let nonces: NonceRepository
  /// Who changed what.
  public let audit: AuditRepository
  /// Who may administer over the network.
  public let administrators: AdministratorRepository
  /// What the proxy proves with who it is.
  public let tls: TLSRepository
  /// Who the proxy is.
  public let registration: RegistrationRepository

  /// The store in a state directory and a database that has the schema.
  init(directory: StateDirectory, database: ConnectionPool) {
    self.directory = directory
    self.database = database
    configuration = ConfigurationRepository(directory: directory, database: database)
    assertions = AssertionRepository(database: database)
    catalogue = CatalogueRepository(database: database)
    overrides = OverrideRepository(database: database)
    stores = BrandStoreRepository(database: database)
    brandAdministrators = BrandAdministratorRepository(configuration: configuration, database: database)
    blobs = BlobStore(directory: directory.blobs)
    downloads = DownloadStore(directory: directory.downloads)
    blobGuard = BlobGuard(database: database)
    nonces = NonceRepository(database: database)
    audit = AuditRepository(database: database)
    administrators = AdministratorRepository(configuration: configuration, database: database)
    tls = TLSRepository(configuration: configuration, database: database)
    registration = RegistrationRepository(configuration: configuration)
  }

  /// Opens everything: the configured database, or the private one, which is made and started as far as needed; brings
  /// the schema up to date.
  /// - Parameter creating: `false` for a command that only reads: it makes neither directory nor database.
  /// - Throws: Among others ``StateDirectoryError/noStore(path:)`` where `creating` is `false`.
  public static func open(
    _ directory: StateDirectory, creating: Bool = true, progress: any ProgressReporter = SilentProgress(),
    options: ConnectionOptions = ConnectionOptions(), limits: ConnectionPoolLimits = ConnectionPoolLimits()
  ) async throws -> ProxyStore {
    let unit = try UnitConfiguration.load(from: directory)
    let target: ConnectionString
    if let text = unit[.databaseConnection] {
      target = try ConnectionString(parsing: text)
    } else {
      let server = PrivatePostgreSQL(directory: directory)
      guard creating || server.exists else {
        // An installed store without a database waits for one.
        if FileManager.default.fileExists(atPath: directory.path) { try server.requirePrograms() }
        throw StateDirectoryError.noStore(path: directory.path)
      }
      if !server.isRunning { progress.note("Starting the private PostgreSQL in \(directory.postgresql)") }
      target = try await server.start()
    }
    return try await open(directory, database: ConnectionPool(target, options: options, limits: limits))
  }

  /// Opens a store on a given database, and brings its schema up to date.
  public static func open(_ directory: StateDirectory, database: ConnectionPool) async throws -> ProxyStore {
    do {
      try directory.prepare()
      try BlobStore(directory: directory.blobs).restrict()
      try await Migrator().migrate(database)
    } catch {
      await database.close()
      throw error
    }
    return ProxyStore(directory: directory, database: database)
  }

  /// Follows the catalogue.
  public var watcher: CatalogueWatcher { CatalogueWatcher(database: database, catalogue: catalogue) }

  /// Closes the connections. A private PostgreSQL stays running.
  public func close() async { await database.close() }

  /// What became free on the disk.
  public struct Reclaimed: Sendable, Hashable {
    /// Files that belonged to nothing.
    public var files = 0
    /// Their size, and that of unfinished files, in bytes.
    public var bytes: UInt64 = 0

    /// So many files and bytes.
    public init(files: Int = 0, bytes: UInt64 = 0) {
      self.files = files
      self.bytes = bytes
    }
  }

  /// Removes files that no revision and no icon needs, and what writers that died left behind.
  /// - Throws: ``BlobStoreError/busy`` while a push is running.
  public func removeUnusedFiles() async throws -> Reclaimed {
    try await blobGuard.alone { connection in
      let needed = try await catalogue.files(in: connection)
      var reclaimed = Reclaimed(bytes: try blobs.removeUnfinished())
      for entry in try blobs.all() where !needed.contains(entry.digest) {
        try blobs.remove(entry.digest)
        reclaimed.files += 1
        Saturating.add(entry.size, to: &reclaimed.bytes)
      }
      return reclaimed
    }
  }

  /// Removes the given files that no revision and no icon needs. While a push runs, or the database is away, they stay for
  /// ``removeUnusedFiles()``.
  public func removeUnused(of digests: [SHA3Digest]) async {
    guard !digests.isEmpty else { return }
    _ = try? await blobGuard.alone { connection in
      let needed = try await catalogue.files(in: connection)
      for digest in digests where !needed.contains(digest) { try blobs.remove(digest) }
    }
  }

  /// Files that no revision and no icon needs. While a push is running, its files are among them.
  public func unusedFiles() async throws -> [BlobStore.Entry] {
    let needed = try await catalogue.files(in: database)
    return try blobs.all().filter { !needed.contains($0.digest) }
  }

  /// Whether this process can read the files that the catalogue names.
  public func auditFiles() async throws -> BlobAudit {
    await BlobAudit.of(try await catalogue.files(in: database), in: blobs)
  }

  /// What lies on the disk.
  public func diskUsage() async throws -> DiskUsage {
    let files = try blobs.all()
    let needed = try await catalogue.files(in: database)
    return DiskUsage(
      snaps: try await catalogue.list(), files: files.count, bytes: Saturating.sum(of: files.lazy.map(\.size)),
      unusedBytes: Saturating.sum(of: files.lazy.filter { !needed.contains($0.digest) }.map(\.size)),
      freeBytes: try blobs.freeSpace())
  }
}

/// What lies on the disk.
public struct DiskUsage: Sendable, Hashable {
  /// Every snap with the size of its revisions.
  public let snaps: [PushedSnap]
  /// How many files there are.
  public let files: Int
  /// Of all files, in bytes; less than the sum over the snaps where revisions share a file.
  public let bytes: UInt64
  /// Of files that belong to nothing, in bytes.
  public let unusedBytes: UInt64
  /// What may still be written, in bytes.
  public let freeBytes: UInt64
}
