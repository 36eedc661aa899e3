import FileSupport
import Foundation
import Glibc

/// Why a small file could not be written.
struct DurableFileError: Error {
  /// In the system's words.
  let reason: String

  /// What the system said last.
  static var system: DurableFileError { DurableFileError(reason: String(cString: strerror(errno))) }
}

/// Changes to files and directories of other programs that a crash does not undo. Files of our own are replaced by
/// `SecretFile`.
enum DurableFile {
  /// Adds to an existing file, and flushes it.
  static func append(_ text: String, to path: String) throws(DurableFileError) {
    try write(text, to: path, O_APPEND)
  }

  /// Replaces the content of an existing file where it differs, and flushes it. The file keeps its owner and mode.
  static func rewrite(_ path: String, as text: String) throws(DurableFileError) {
    do throws(SystemFailure) {
      guard try SmallFile.read(path, limit: 1 << 20) != Array(text.utf8) else { return }
    } catch {
      throw DurableFileError(reason: error.reason)
    }
    try write(text, to: path, O_TRUNC)
  }

  private static func write(_ text: String, to path: String, _ mode: Int32) throws(DurableFileError) {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | mode)
    guard descriptor >= 0 else { throw .system }
    defer { close(descriptor) }
    try write(Data(text.utf8), to: descriptor)
    guard fsync(descriptor) == 0 else { throw .system }
  }

  /// Makes renames and new entries in a directory last.
  static func flushDirectory(_ path: String) throws(DurableFileError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .system }
  }

  private static func write(_ data: Data, to descriptor: Int32) throws(DurableFileError) {
    var rest = data[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        throw .system
      }
      rest = rest.dropFirst(count)
    }
  }
}
