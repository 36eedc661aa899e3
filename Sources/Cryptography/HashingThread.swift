import Foundation

// Everything mutable is read and written with the condition's lock held, but the buffers' bytes: a buffer belongs to
// the caller while it is in `free` or was taken from it, and to the thread while it is in `work`.
/// Hashes files with SHA3-384 on a thread of its own, while the caller gets and stores the next piece.
///
/// Pieces go round: four buffers of 1 MiB, so that memory stays flat and neither side waits for long.
public final class HashingThread: @unchecked Sendable {
  private enum Work {
    case piece(UnsafeMutableRawBufferPointer, count: Int)
    case end
    case stop
  }

  private let condition = NSCondition()
  private let buffers: [UnsafeMutableRawBufferPointer]
  private var free: [UnsafeMutableRawBufferPointer]
  private var work: [Work] = []
  private var digest: SHA3Digest?

  /// A thread that waits for the first piece.
  public init() {
    buffers = (0..<4).map { _ in .allocate(byteCount: 1 << 20, alignment: 4096) }
    free = buffers
    let thread = Thread { [self] in run() }
    thread.name = "sha3-384"
    thread.start()
  }

  deinit { for buffer in buffers { buffer.deallocate() } }

  /// Has `fill` write into a buffer, and hashes what it wrote.
  /// - Returns: How much that was; 0 at the end of the file.
  public func piece(_ fill: (UnsafeMutableRawBufferPointer) throws -> Int) throws -> Int {
    let buffer = takeBuffer()
    let count: Int
    do { count = try fill(buffer) } catch {
      giveBack(buffer)
      throw error
    }
    if count > 0 { give(.piece(buffer, count: count)) } else { giveBack(buffer) }
    return count
  }

  /// The digest of all pieces since the last call. Waits for it.
  public func finishFile() -> SHA3Digest {
    give(.end)
    condition.lock()
    defer { condition.unlock() }
    while true {
      if let digest = digest.take() { return digest }
      condition.wait()
    }
  }

  /// Ends the thread; to be called once, when nothing more comes.
  public func stop() { give(.stop) }

  private func takeBuffer() -> UnsafeMutableRawBufferPointer {
    condition.lock()
    defer { condition.unlock() }
    while true {
      if let buffer = free.popLast() { return buffer }
      condition.wait()
    }
  }

  private func giveBack(_ buffer: UnsafeMutableRawBufferPointer) { change { free.append(buffer) } }

  private func give(_ item: Work) { change { work.append(item) } }

  private func change(_ body: () -> Void) {
    condition.lock()
    body()
    condition.broadcast()
    condition.unlock()
  }

  private func takeWork() -> Work {
    condition.lock()
    defer { condition.unlock() }
    while work.isEmpty { condition.wait() }
    return work.removeFirst()
  }

  private func run() {
    var hasher = SHA3Hasher()
    while true {
      switch takeWork() {
      case .piece(let buffer, let count):
        hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        giveBack(buffer)
      case .end:
        let finished = hasher.finish()
        hasher = SHA3Hasher()
        change { digest = finished }
      case .stop: return
      }
    }
  }
}
