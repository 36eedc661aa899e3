public import Cryptography
import FileSupport
import Foundation
import Glibc
import Reporting

/// Files by their content: `sha3-384/ab/abcdef...`. What stands under its final name is whole and flushed.
public struct BlobStore: Sendable {
  /// The root of the store.
  public let directory: String

  /// The store in a directory, which may be missing as long as nothing is written.
  public init(directory: String) { self.directory = directory }

  /// A file of the store.
  public struct Entry: Sendable, Hashable {
    /// Of its content; also its address.
    public let digest: SHA3Digest
    /// In bytes.
    public let size: UInt64
  }

  /// Where the file of that content is, or would be.
  public func path(of digest: SHA3Digest) -> String { "\(shelf(of: digest))/\(digest.hex)" }

  /// Whether the file is here.
  public func contains(_ digest: SHA3Digest) -> Bool { size(of: digest) != nil }

  /// In bytes; `nil` where the file is not here.
  public func size(of digest: SHA3Digest) -> UInt64? { Self.sizeOfFile(path(of: digest)) }

  /// Begins a file whose content is not known yet.
  public func newBlob() throws(BlobStoreError) -> BlobWriter {
    try makeDirectory(incoming)
    return try BlobWriter(temporaryPath: "\(incoming)/\(UUID().uuidString)", store: self)
  }

  /// Removes a file; whoever has it open reads on.
  public func remove(_ digest: SHA3Digest) throws(BlobStoreError) {
    let path = path(of: digest)
    guard unlink(path) == 0 || errno == ENOENT else { throw .lastError(writing: path) }
  }

  /// Closes the store to other users: it holds brands' private snaps, and older versions left it open. With the upper folder
  /// closed, none of the files below can be reached, however many there are.
  func restrict() throws(BlobStoreError) {
    do throws(SystemFailure) { try NewFile.narrow(directory, to: Self.directoryMode) } catch {
      // Where it belongs to another user, that user's command closes it.
      guard error.code != ENOENT, error.code != EPERM else { return }
      throw .cannotWrite(path: directory, reason: error.reason)
    }
  }

  /// Owner and group of the service.
  static let directoryMode: UInt32 = 0o750
  /// Owner and group of the service.
  static let fileMode: UInt32 = 0o640

  /// Every file of the store.
  public func all() throws(BlobStoreError) -> [Entry] {
    var entries: [Entry] = []
    for shelf in try names(in: root) {
      for name in try names(in: "\(root)/\(shelf)") {
        guard let digest = try? SHA3Digest(hex: name), let size = Self.sizeOfFile("\(root)/\(shelf)/\(name)") else {
          continue
        }
        entries.append(Entry(digest: digest, size: size))
      }
    }
    return entries
  }

  /// Removes what writers that died left behind. Only while nobody writes: see ``BlobGuard``.
  /// - Returns: How many bytes became free.
  @discardableResult
  public func removeUnfinished() throws(BlobStoreError) -> UInt64 {
    var freed: UInt64 = 0
    for name in try names(in: incoming) {
      let path = "\(incoming)/\(name)"
      Saturating.add(Self.sizeOfFile(path) ?? 0, to: &freed)
      guard unlink(path) == 0 || errno == ENOENT else { throw .lastError(writing: path) }
    }
    return freed
  }

  /// What an ordinary user may still write here, in bytes.
  public func freeSpace() throws(BlobStoreError) -> UInt64 {
    try makeDirectory(directory)
    var status = statvfs()
    guard statvfs(directory, &status) == 0 else {
      throw .cannotRead(path: directory, reason: String(cString: strerror(errno)))
    }
    return Saturating.product(UInt64(clamping: status.f_bavail), UInt64(clamping: status.f_frsize))
  }

  /// What stays free for the database when files are stored, in bytes: without room it would stop.
  public static let reserve: UInt64 = 64_000_000

  /// - Throws: ``BlobStoreError/notEnoughSpace(directory:needed:reserve:free:)`` where `bytes` and the ``reserve`` do not fit.
  public func requireSpace(_ bytes: UInt64) throws(BlobStoreError) {
    let (needed, overflow) = bytes.addingReportingOverflow(Self.reserve)
    let free = try freeSpace()
    guard !overflow, needed <= free else {
      throw .notEnoughSpace(directory: directory, needed: bytes, reserve: Self.reserve, free: free)
    }
  }

  /// Flushes files and gives them their final names. Afterwards they are there even if the power fails. For many small
  /// ones at once this costs little more than for one: what the first waits for has the others in it.
  public func settle(_ blobs: [WrittenBlob]) throws(BlobStoreError) {
    for blob in blobs {
      guard fsync(blob.file.descriptor) == 0 else { throw .lastError(writing: blob.file.path) }
    }
    var changed: Set<String> = []
    for blob in blobs {
      let shelf = shelf(of: blob.digest)
      if access(shelf, F_OK) != 0 { changed.insert(root) }
      try makeDirectory(shelf)
      let path = path(of: blob.digest)
      // Whoever writes the same content at the same time renames the same bytes over ours.
      guard rename(blob.file.path, path) == 0 else { throw .lastError(writing: path) }
      changed.insert(shelf)
    }
    for directory in changed {
      do throws(DurableFileError) { try DurableFile.flushDirectory(directory) } catch {
        throw .cannotWrite(path: directory, reason: error.reason)
      }
    }
  }

  private var root: String { "\(directory)/sha3-384" }
  private var incoming: String { "\(directory)/incoming" }

  private func shelf(of digest: SHA3Digest) -> String { "\(root)/\(digest.hex.prefix(2))" }

  private func makeDirectory(_ path: String) throws(BlobStoreError) {
    guard access(path, W_OK) != 0 else { return }
    do throws(SystemFailure) { try NewFile.makeDirectory(path, mode: Self.directoryMode) } catch {
      throw .cannotWrite(path: path, reason: error.reason)
    }
    guard access(path, W_OK) == 0 else { throw .lastError(writing: path) }
  }

  private func names(in path: String) throws(BlobStoreError) -> [String] {
    guard access(path, F_OK) == 0 else { return [] }
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    } catch {
      throw .cannotRead(path: path, reason: String(cString: strerror(errno)))
    }
  }

  private static func sizeOfFile(_ path: String) -> UInt64? {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return UInt64(clamping: status.st_size)
  }
}
