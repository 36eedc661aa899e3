import Cryptography
import Foundation
import Reporting

/// A file that one thread fills while others already read it: the hasher, and the tarball that it goes into.
///
/// Readers block until there is more. A file that has to be begun anew throws ``Restarted`` into its readers.
// Every stored variable is read and written with the condition's lock held.
final class GrowingBlob: @unchecked Sendable {
  /// The bytes that were read so far do not count any more.
  struct Restarted: Error {}

  let digest: SHA3Digest
  let size: UInt64
  private let condition = NSCondition()
  private var file: CacheFile?
  private var available: UInt64 = 0
  private var round = 0
  private var isVerified = false
  /// Where a verified file can be opened again.
  private var path: String?
  private var failure: (any Error)?

  init(digest: SHA3Digest, size: UInt64) {
    self.digest = digest
    self.size = size
  }

  // MARK: Whoever fills it

  /// The file exists, with so many bytes that readers may begin with.
  func begin(_ file: CacheFile, available: UInt64) {
    change {
      if self.file != nil { round += 1 }
      self.file = file
      self.available = available
    }
  }

  func grew(to size: UInt64) { change { available = max(available, size) } }

  /// All bytes are there and are what they should be.
  /// - Parameter path: Where whoever reads later opens the file, so that it need not stay open till then: a store may
  ///   have more files than a process may open.
  func verified(at path: String? = nil) {
    change {
      isVerified = true
      available = size
      self.path = path
      if path != nil { file = nil }
    }
  }

  /// There will be no file. Readers get the same error.
  func failed(_ error: any Error) { change { if failure == nil { failure = error } } }

  // MARK: Whoever reads it

  /// Gives every byte, in order, in chunks of up to 1 MiB, as they come.
  /// - Returns: The round that was read, for ``waitUntilVerified(round:)``.
  /// - Throws: ``Restarted``, what `body` throws, or why there will be no file.
  @discardableResult
  func forEachChunk(_ body: (UnsafeRawBufferPointer) throws -> Void) throws -> Int {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
    defer { buffer.deallocate() }
    let (file, round) = try waitForFile()
    var position: UInt64 = 0
    while position < size {
      let end = try wait(past: position, round: round)
      while position < end {
        let wanted = min(buffer.count, Int(clamping: Saturating.difference(end, position)))
        let count = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]), at: position)
        guard count > 0 else { throw Restarted() }
        try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        Saturating.add(UInt64(clamping: count), to: &position)
      }
    }
    return round
  }

  /// - Throws: ``Restarted`` where other bytes were verified than those of this round, or why the file is refused.
  func waitUntilVerified(round: Int) throws {
    try wait {
      guard self.round == round else { throw Restarted() }
      return isVerified
    }
  }

  private func waitForFile() throws -> (CacheFile, Int) {
    var found: (CacheFile, Int)?
    try wait {
      found = file.map { ($0, self.round) }
      return found != nil || self.path != nil
    }
    if let found { return found }
    let (known, round) = condition.withLock { (path, self.round) }
    guard let path = known else { throw Restarted() }
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw CacheError(doing: "read \(path)", reason: lastSystemError()) }
    return (CacheFile(descriptor: descriptor, path: path), round)
  }

  private func wait(past position: UInt64, round: Int) throws -> UInt64 {
    var end = position
    try wait {
      guard self.round == round else { throw Restarted() }
      end = min(available, size)
      return end > position
    }
    return end
  }

  private func wait(until isSo: () throws -> Bool) throws {
    condition.lock()
    defer { condition.unlock() }
    while true {
      if let failure { throw failure }
      if try isSo() { return }
      condition.wait()
    }
  }

  private func change(_ body: () -> Void) {
    condition.lock()
    body()
    condition.broadcast()
    condition.unlock()
  }
}
