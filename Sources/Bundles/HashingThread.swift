import Cryptography
import Foundation
import Reporting

/// Hashes files and hands them to a sink on a thread of its own, while the caller inflates the next piece.
///
/// Pieces go round: four buffers of 1 MiB, so that memory stays flat and neither side waits for long.
// Everything mutable is read and written with the condition's lock held, but the buffers' bytes: a buffer belongs to
// the caller while it is in `free` or was taken from it, and to the thread while it is in `work`.
final class HashingThread: @unchecked Sendable {
  private enum Work {
    case begin(BundleMember)
    case piece(UnsafeMutableRawBufferPointer, count: Int)
    case end(BundleMember)
    case stop
  }

  private let condition = NSCondition()
  private let buffers: [UnsafeMutableRawBufferPointer]
  private var free: [UnsafeMutableRawBufferPointer]
  private var work: [Work] = []
  private var failure: (any Error)?
  private var isOver = false
  private let sink: any BlobSink

  init(sink: any BlobSink) {
    self.sink = sink
    buffers = (0..<4).map { _ in .allocate(byteCount: 1 << 20, alignment: 4096) }
    free = buffers
    let thread = Thread { [self] in run() }
    thread.name = "bundle-hash"
    thread.start()
  }

  deinit { for buffer in buffers { buffer.deallocate() } }

  func begin(_ member: BundleMember) throws { try give(.begin(member)) }

  /// Has `fill` write into a buffer, and passes on what it wrote.
  /// - Returns: How much that was; 0 at the end of the file.
  func piece(_ fill: (UnsafeMutableRawBufferPointer) throws -> Int) throws -> Int {
    let buffer = try takeBuffer()
    let count: Int
    do { count = try fill(buffer) } catch {
      giveBack(buffer)
      throw error
    }
    guard count > 0 else {
      giveBack(buffer)
      return 0
    }
    try give(.piece(buffer, count: count))
    return count
  }

  func end(_ member: BundleMember) throws { try give(.end(member)) }

  /// Waits until everything given was worked off.
  /// - Throws: What stopped the thread.
  func finish() throws {
    condition.lock()
    work.append(.stop)
    condition.broadcast()
    while !isOver { condition.wait() }
    let failure = failure
    condition.unlock()
    if let failure { throw failure }
  }

  private func takeBuffer() throws -> UnsafeMutableRawBufferPointer {
    condition.lock()
    defer { condition.unlock() }
    while true {
      if let failure { throw failure }
      if let buffer = free.popLast() { return buffer }
      condition.wait()
    }
  }

  private func giveBack(_ buffer: UnsafeMutableRawBufferPointer) {
    condition.lock()
    free.append(buffer)
    condition.broadcast()
    condition.unlock()
  }

  private func give(_ item: Work) throws {
    condition.lock()
    defer { condition.unlock() }
    if let failure { throw failure }
    work.append(item)
    condition.broadcast()
  }

  private func takeWork() -> Work {
    condition.lock()
    defer { condition.unlock() }
    while work.isEmpty { condition.wait() }
    return work.removeFirst()
  }

  private func run() {
    var hasher = SHA3Hasher()
    var count: UInt64 = 0
    while true {
      let item = takeWork()
      do {
        switch item {
        case .begin(let member):
          hasher = SHA3Hasher()
          count = 0
          try sink.begin(member)
        case .piece(let buffer, let length):
          defer { giveBack(buffer) }
          let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<length])
          hasher.update(bytes)
          count += UInt64(length)
          try sink.write(bytes)
        case .end(let member):
          let digest = hasher.finish()
          hasher = SHA3Hasher()
          guard count == member.size else {
            throw BundleError.sizeMismatch(member: member.path, expected: member.size, found: count)
          }
          guard digest == member.sha3 else {
            throw BundleError.digestMismatch(member: member.path, expected: member.sha3.hex, found: digest.hex)
          }
          try sink.end(member, verified: digest)
        case .stop:
          stop(nil)
          return
        }
      } catch {
        stop(error)
        return
      }
    }
  }

  private func stop(_ error: (any Error)?) {
    condition.lock()
    failure = error
    isOver = true
    condition.broadcast()
    condition.unlock()
  }
}
