import CLinux
public import Cryptography
import Foundation
import Glibc
import Reporting

/// A file on its way into a ``BlobStore``, under a temporary name. Dropped without ``commit(as:)`` it vanishes.
public struct BlobWriter: ~Copyable {
  private let store: BlobStore
  private let file: TemporaryFile
  private var path = WritePath.cached
  /// How much was written, in bytes.
  public private(set) var count: UInt64 = 0

  init(temporaryPath: String, store: BlobStore) throws(BlobStoreError) {
    file = try TemporaryFile(path: temporaryPath)
    self.store = store
  }

  /// Appends bytes. Large pieces whose place in memory is a multiple of 4096 go past the page cache: a file that was just
  /// pushed is read by nobody soon, and filling the cache with it costs more than hashing it.
  public mutating func write(_ bytes: UnsafeRawBufferPointer) throws(BlobStoreError) {
    var rest = UnsafeRawBufferPointer(rebasing: bytes[...])
    while !rest.isEmpty {
      choosePath(for: rest)
      let written = Glibc.write(file.descriptor, rest.baseAddress, rest.count)
      if written < 0 {
        if errno == EINTR { continue }
        if errno == EINVAL, path == .direct {
          leaveDirect(for: .cachedOnly)
          continue
        }
        throw .lastError(writing: file.path)
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
      Saturating.add(UInt64(clamping: written), to: &count)
    }
  }

  /// How bytes reach the disk.
  private enum WritePath {
    case cached
    /// Past the page cache: `O_DIRECT` of open(2).
    case direct
    /// This file system has no other.
    case cachedOnly
  }

  private static let alignment = 4096

  private mutating func choosePath(for bytes: UnsafeRawBufferPointer) {
    let isAligned =
      Int(bitPattern: bytes.baseAddress) % Self.alignment == 0 && bytes.count % Self.alignment == 0
      && count % UInt64(clamping: Self.alignment) == 0
    if isAligned, bytes.count >= 1 << 20, path == .cached {
      path = fcntl(file.descriptor, F_SETFL, Int32(CLINUX_O_DIRECT)) == 0 ? .direct : .cachedOnly
    } else if !isAligned, path == .direct {
      leaveDirect(for: .cached)
    }
  }

  private mutating func leaveDirect(for next: WritePath) {
    _ = fcntl(file.descriptor, F_SETFL, 0)
    path = next
  }

  /// Flushes the file and gives it the name of its content, which the caller has computed. Afterwards it is there even
  /// if the power fails.
  public consuming func commit(as digest: SHA3Digest) throws(BlobStoreError) {
    let store = store
    try store.settle([written(as: digest)])
  }

  /// Begins to flush the file and leaves the rest to ``BlobStore/settle(_:)``.
  /// - Parameter digest: Of its content, which the caller has computed.
  public consuming func written(as digest: SHA3Digest) -> WrittenBlob {
    // What cannot be begun here is done by fsync.
    _ = sync_file_range(file.descriptor, 0, 0, UInt32(CLINUX_SYNC_FILE_RANGE_WRITE))
    return WrittenBlob(file: file, digest: digest, size: count)
  }

  /// Gives the file up.
  public consuming func abandon() {}
}
