import CLinux
public import Cryptography
import Foundation
import Glibc

/// A file on its way into a ``BlobStore``, under a temporary name. Dropped without ``commit(as:)`` it vanishes.
public struct BlobWriter: ~Copyable {
  private let store: BlobStore
  private let temporaryPath: String
  private let descriptor: Int32
  /// So much was given to the disk already, while more was written: the flush at the end has little left to do.
  private var flushed: UInt64 = 0
  private static let flushStep: UInt64 = 16 << 20
  /// How much was written, in bytes.
  public private(set) var count: UInt64 = 0

  init(temporaryPath: String, store: BlobStore) throws(BlobStoreError) {
    let descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .lastError(writing: temporaryPath) }
    self.store = store
    self.temporaryPath = temporaryPath
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
    // After a commit the name is gone, and this does nothing.
    unlink(temporaryPath)
  }

  /// Appends bytes.
  public mutating func write(_ bytes: UnsafeRawBufferPointer) throws(BlobStoreError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if written < 0 {
        if errno == EINTR { continue }
        throw .lastError(writing: temporaryPath)
      }
      rest = rest.dropFirst(written)
      count += UInt64(written)
    }
    if count - flushed >= Self.flushStep {
      // Begins to write and does not wait; whether it succeeds, fsync tells.
      _ = sync_file_range(
        descriptor, off_t(flushed), off_t(count - flushed), UInt32(CLINUX_SYNC_FILE_RANGE_WRITE))
      flushed = count
    }
  }

  /// Flushes the file and gives it the name of its content, which the caller has computed. Afterwards it is there even
  /// if the power fails.
  public consuming func commit(as digest: SHA3Digest) throws(BlobStoreError) {
    guard fsync(descriptor) == 0 else { throw .lastError(writing: temporaryPath) }
    try store.adopt(temporaryPath, as: digest)
  }

  /// Gives the file up.
  public consuming func abandon() {}
}
