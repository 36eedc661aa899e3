#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Buffers standard output, and remembers what could not be written.
struct StandardStreams: Sendable {
  private static let capacity = 64 * 1024
  private var buffer: [UInt8] = []
  private var failure: String?
  private var closed: Set<TerminalStream> = []

  mutating func write(_ text: String, to stream: TerminalStream, isInteractive: Bool) {
    if stream == .output {
      buffer.append(contentsOf: text.utf8)
      if isInteractive || buffer.count >= Self.capacity { drain() }
    } else {
      drain()
      send(Array(text.utf8), to: stream)
    }
  }

  /// - Returns: Why something was lost since the last call.
  mutating func flush() -> String? {
    drain()
    defer { failure = nil }
    return failure
  }

  private mutating func drain() {
    guard !buffer.isEmpty else { return }
    send(buffer, to: .output)
    buffer.removeAll(keepingCapacity: true)
  }

  private mutating func send(_ bytes: [UInt8], to stream: TerminalStream) {
    guard !closed.contains(stream) else { return }
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { systemWrite(stream.descriptor, $0[sent...]) }
      if count >= 0 {
        sent += count
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN:
        // Somebody else made the descriptor non-blocking; wait for the reader as everywhere else.
        var poller = pollfd(fd: stream.descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&poller, 1, 1000)
      default:
        // A reader that has gone away had enough. On standard error there is nobody left to tell.
        if errno != EPIPE, stream == .output { failure = String(cString: strerror(errno)) }
        closed.insert(stream)
        return
      }
    }
  }
}

private func systemWrite(_ descriptor: Int32, _ bytes: Slice<UnsafeRawBufferPointer>) -> Int {
  let bytes = UnsafeRawBufferPointer(rebasing: bytes)
  return write(descriptor, bytes.baseAddress, bytes.count)
}

extension TerminalStream {
  var descriptor: Int32 {
    switch self {
    case .output: STDOUT_FILENO
    case .error: STDERR_FILENO
    }
  }
}
