public import Cryptography
import FileSupport
import Glibc

/// A file whose content is whole and that has no final name yet: see ``BlobStore/settle(_:)``. Dropped, it vanishes.
public struct WrittenBlob: Sendable {
  let file: TemporaryFile
  /// Of its content.
  public let digest: SHA3Digest
  /// In bytes.
  public let size: UInt64
}

/// The owner of a file that is open under a temporary name.
final class TemporaryFile: Sendable {
  let path: String
  let descriptor: Int32

  init(path: String) throws(BlobStoreError) {
    do throws(SystemFailure) { descriptor = try NewFile.create(path, mode: BlobStore.fileMode) } catch {
      throw .cannotWrite(path: path, reason: error.reason)
    }
    self.path = path
  }

  deinit {
    close(descriptor)
    // With its final name the temporary one is gone, and this does nothing.
    unlink(path)
  }
}
