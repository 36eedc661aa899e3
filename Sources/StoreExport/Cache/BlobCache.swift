import Cryptography
import FileSupport
import Foundation
import Reporting

/// Downloaded files by their digest, so that the next export of a revision downloads nothing.
///
/// A file is `sha3-384/ab/<hex>`; while it is incomplete it is `<hex>.partial`, locked by whoever fills it. A lock ends
/// with its process, so that a killed export leaves nothing to clean up.
struct BlobCache: Sendable {
  let directory: String

  func path(of digest: SHA3Digest) -> String { "\(folder(of: digest))/\(digest.hex)" }

  /// How much of a file is there, whole or not.
  func bytesAtHand(of digest: SHA3Digest) -> UInt64 {
    for path in [path(of: digest), path(of: digest) + ".partial"] {
      var status = stat()
      if stat(path, &status) == 0 { return UInt64(clamping: status.st_size) }
    }
    return 0
  }

  /// Closes the cache to other users: it holds brands' private snaps, too, and older versions left it open. With the upper
  /// folder closed, none of the files below can be reached.
  /// - Throws: ``CacheError``.
  func restrict() throws(CacheError) {
    do throws(SystemFailure) { try NewFile.narrow(directory, to: SecretFile.directoryMode) } catch {
      guard error.code != ENOENT else { return }
      throw CacheError(doing: "close \(directory) to other users", reason: error.reason)
    }
  }

  /// What ``open(_:)`` found.
  enum Opened {
    /// The whole file, unverified.
    case whole(CacheFile)
    /// A file to be filled up, that nobody else fills.
    case partial(CacheFile)
    /// Somebody else fills it.
    case busy
  }

  /// - Throws: ``CacheError``.
  func open(_ digest: SHA3Digest) throws(CacheError) -> Opened {
    let path = path(of: digest)
    do throws(SystemFailure) { try SecretFile.makeDirectory(folder(of: digest)) } catch {
      throw CacheError(doing: "make the folder \(folder(of: digest))", reason: error.reason)
    }
    // A partial file may become whole between two looks.
    for _ in 0..<100 {
      let whole = Glibc.open(path, O_RDONLY | O_CLOEXEC)
      if whole >= 0 { return .whole(CacheFile(descriptor: whole, path: path)) }
      let partial: Int32
      do throws(SystemFailure) { partial = try NewFile.openOrCreate(path + ".partial", mode: SecretFile.mode) } catch {
        if error.code == ENOENT { continue }
        throw CacheError(doing: "write \(path).partial", reason: error.reason)
      }
      let file = CacheFile(descriptor: partial, path: path + ".partial")
      guard flock(partial, LOCK_EX | LOCK_NB) == 0 else {
        if errno == EWOULDBLOCK { return .busy }
        throw CacheError(doing: "lock \(path).partial", reason: lastSystemError())
      }
      if file.isStillThere { return .partial(file) }
    }
    return .busy
  }

  /// Makes a partial file whole. Not durably: whoever takes it from the cache hashes it again.
  func commit(_ file: CacheFile, as digest: SHA3Digest) throws(CacheError) {
    let target = path(of: digest)
    guard rename(file.path, target) == 0 else { throw CacheError(doing: "keep \(target)", reason: lastSystemError()) }
  }

  /// Removes a file that is not what its name says, unless somebody has replaced it already.
  func discard(_ file: CacheFile) { if file.isStillThere { unlink(file.path) } }

  private func folder(of digest: SHA3Digest) -> String { "\(directory)/sha3-384/\(digest.hex.prefix(2))" }
}

/// An open file of the cache.
// The descriptor never changes and is closed with the last reference; what reads and writes it takes offsets.
final class CacheFile: Sendable {
  let descriptor: Int32
  let path: String

  init(descriptor: Int32, path: String) {
    self.descriptor = descriptor
    self.path = path
  }

  deinit { close(descriptor) }

  /// In bytes.
  var size: UInt64 {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? UInt64(clamping: status.st_size) : 0
  }

  /// Whether the path still leads to this very file.
  var isStillThere: Bool {
    var (here, there) = (stat(), stat())
    return fstat(descriptor, &here) == 0 && stat(path, &there) == 0 && here.st_ino == there.st_ino
      && here.st_dev == there.st_dev
  }

  func truncate(to size: UInt64) throws(CacheError) {
    guard ftruncate(descriptor, off_t(clamping: size)) == 0 else {
      throw CacheError(doing: "write \(path)", reason: lastSystemError())
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(CacheError) {
    var (rest, offset) = (bytes, offset)
    while !rest.isEmpty {
      let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(clamping: offset))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw CacheError(doing: "write \(path)", reason: lastSystemError()) }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      Saturating.add(UInt64(clamping: count), to: &offset)
    }
  }

  /// Fills the buffer, or as much of it as there is.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(CacheError) -> Int {
    while true {
      let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(clamping: offset))
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw CacheError(doing: "read \(path)", reason: lastSystemError()) }
      return count
    }
  }
}
