import Glibc

/// A file that is open for reading; closed with the last reference, whether it was sent or not.
// The descriptor never changes, and the calls on it name their positions.
final class OpenFile: Sendable {
  let descriptor: CInt
  /// In bytes.
  let size: Int

  /// `nil` for what is no regular file, or cannot be opened; `errno` tells why.
  init?(path: String) {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    // A pipe has no end to seek to, and a folder does not let itself be read.
    let size = lseek(descriptor, 0, SEEK_END)
    var byte: UInt8 = 0
    guard size >= 0, pread(descriptor, &byte, 1, 0) >= 0 else {
      let reason = errno
      close(descriptor)
      errno = reason
      return nil
    }
    self.descriptor = descriptor
    self.size = size
  }

  deinit { close(descriptor) }
}
