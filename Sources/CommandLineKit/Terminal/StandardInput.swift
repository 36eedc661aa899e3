internal import Dispatch
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Reads a descriptor on a thread of its own, so that nobody else waits while a person thinks, and stops when the task
/// is cancelled.
struct StandardInput: Sendable {
  /// Longer lines are no answers.
  private static let longestLine = 64 * 1024

  let descriptor: Int32

  /// One line without its end; `nil` where the input has ended.
  func line() async throws -> String? {
    try await onOwnThread { (reader) throws -> String? in
      // One byte a call: what follows the line belongs to whoever reads next.
      var bytes: [UInt8] = []
      var byte = [UInt8](repeating: 0, count: 1)
      while try reader.read(into: &byte) == 1, byte[0] != UInt8(ascii: "\n") {
        bytes.append(byte[0])
        guard bytes.count <= Self.longestLine else { throw TerminalError.badInput(reason: "the line is too long") }
        byte[0] = 0
      }
      if bytes.isEmpty, byte[0] != UInt8(ascii: "\n") { return nil }
      if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw TerminalError.badInput(reason: "the line is not UTF-8")
      }
      return text
    }
  }

  /// Everything up to the end.
  func all(limit: Int) async throws -> [UInt8] {
    try await onOwnThread { reader in
      var bytes: [UInt8] = []
      var chunk = [UInt8](repeating: 0, count: 64 * 1024)
      while case let count = try reader.read(into: &chunk), count > 0 {
        bytes.append(contentsOf: chunk[..<count])
        guard bytes.count <= limit else {
          throw TerminalError.badInput(reason: "it holds more than \(limit) bytes")
        }
      }
      return bytes
    }
  }

  private func onOwnThread<Answer: Sendable>(
    _ body: @escaping @Sendable (InputReader) throws -> Answer
  ) async throws -> Answer {
    let reader = InputReader(descriptor: descriptor)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        DispatchQueue(label: "standard-input").async { continuation.resume(with: Result { try body(reader) }) }
      }
    } onCancel: {
      reader.cancel()
    }
  }
}

/// Blocks for input, but never long after it was cancelled.
private final class InputReader: Sendable {
  private let descriptor: Int32
  private let isCancelled = Atomic(false)

  init(descriptor: Int32) { self.descriptor = descriptor }

  func cancel() { isCancelled.store(true, ordering: .relaxed) }

  /// - Returns: How many bytes were read; 0 at the end.
  func read(into bytes: inout [UInt8]) throws -> Int {
    while !isCancelled.load(ordering: .relaxed) {
      var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = poll(&poller, 1, 100)
      guard ready != 0, !(ready < 0 && errno == EINTR) else { continue }
      let count = bytes.withUnsafeMutableBytes { systemRead(descriptor, $0) }
      if count >= 0 { return count }
      guard errno == EINTR || errno == EAGAIN else {
        throw TerminalError.cannotRead(reason: String(cString: strerror(errno)))
      }
    }
    throw CancellationError()
  }
}

private func systemRead(_ descriptor: Int32, _ bytes: UnsafeMutableRawBufferPointer) -> Int {
  read(descriptor, bytes.baseAddress, bytes.count)
}
