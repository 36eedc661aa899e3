import Glibc

/// A file that is open for reading; closed with the last reference, whether it was sent or not.
// The descriptor never changes, and the calls on it name their positions.
final class OpenFile: Sendable {
  let descriptor: CInt
  /// In bytes.
  let size: Int

  /// Why a file is not open.
  struct Failure: Error, Equatable {
    let errnoCode: CInt
    /// Whether there is no such file; every other failure may pass, and says nothing about the file.
    var isMissing: Bool { errnoCode == ENOENT || errnoCode == ENOTDIR }
    /// In the system's words.
    var reason: String { String(cString: strerror(errnoCode)) }
  }

  /// Opens a regular file.
  convenience init?(path: String) { try? self.init(reading: path) }

  /// Opens a regular file.
  init(reading path: String) throws(Failure) {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { throw Failure(errnoCode: errno) }
    // A pipe has no end to seek to, and a folder does not let itself be read.
    let size = lseek(descriptor, 0, SEEK_END)
    var byte: UInt8 = 0
    guard size >= 0, pread(descriptor, &byte, 1, 0) >= 0 else {
      let reason = errno
      close(descriptor)
      throw Failure(errnoCode: reason)
    }
    self.descriptor = descriptor
    self.size = size
  }

  deinit { close(descriptor) }
}
