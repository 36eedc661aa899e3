import Foundation
import Glibc
import Reporting

/// Files that only their owner may read.
enum SecretFile {
  /// Replaces the file in one step.
  static func write(_ bytes: [UInt8], to path: String) throws {
    let partial = path + ".partial"
    unlink(partial)
    let descriptor = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw SecretFileError(path: path, reason: String(cString: strerror(errno))) }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    do {
      try handle.write(contentsOf: bytes)
      try handle.synchronize()
      try handle.close()
    } catch {
      unlink(partial)
      throw SecretFileError(path: path, reason: String(cString: strerror(errno)))
    }
    guard rename(partial, path) == 0 else {
      throw SecretFileError(path: path, reason: String(cString: strerror(errno)))
    }
  }
}

/// A file that cannot be written.
struct SecretFileError: UserFacingError {
  let path: String
  let reason: String
  var kind: FailureKind { .failed }
  var message: String { "cannot write \(path): \(reason)" }
}
