import Dispatch
import Glibc

/// A TCP connection to 127.0.0.1 that says exactly what it is told to, and is as slow as it is told to be.
final class RawConnection: Sendable {
  private let descriptor: CInt
  // Blocking calls stay off Swift's threads, on which the server under test runs too.
  private let queue = DispatchQueue(label: "raw connection")

  /// - Parameters:
  ///   - receiveBuffer: Of the socket, in bytes; a small one makes a slow reader felt at once.
  ///   - source: The last byte of the client's own address, 127.0.0.x.
  init(port: Int, receiveBuffer: CInt? = nil, source: UInt32 = 1) throws {
    descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    if var size = receiveBuffer {
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<CInt>.size))
    }
    var patience = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    var own = sockaddr_in()
    own.sin_family = sa_family_t(AF_INET)
    own.sin_addr.s_addr = in_addr_t(0x7f00_0000 + source).bigEndian
    _ = withUnsafePointer(to: &own) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else {
      Glibc.close(descriptor)
      throw RawConnectionError(reason: String(cString: strerror(errno)))
    }
  }

  deinit { Glibc.close(descriptor) }

  func send(_ text: String) async {
    await run { descriptor in
      let bytes = Array(text.utf8)
      var sent = 0
      while sent < bytes.count {
        let count = bytes[sent...].withUnsafeBytes {
          Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
        }
        guard count > 0 else { return }
        sent += count
      }
    }
  }

  /// Reads until so many bytes are there, the other end closes, or twenty seconds pass without a byte.
  func receive(_ count: Int = .max) async -> [UInt8] {
    await run { descriptor in
      var bytes: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while bytes.count < count {
        let read = recv(descriptor, &buffer, min(buffer.count, count - bytes.count), 0)
        guard read > 0 else { break }
        bytes += buffer[..<read]
      }
      return bytes
    }
  }

  /// Reads all that comes until the other end closes.
  /// - Returns: What came, and whether the other end closed; `false` after twenty seconds without a byte.
  func receiveToEnd() async -> (bytes: [UInt8], isClosed: Bool) {
    await run { descriptor in
      var bytes: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        let read = recv(descriptor, &buffer, buffer.count, 0)
        guard read > 0 else { return (bytes, read == 0 || errno == ECONNRESET) }
        bytes += buffer[..<read]
      }
    }
  }

  /// Says that nothing more will come, and still listens.
  func finishSending() async { await run { _ = shutdown($0, CInt(SHUT_WR)) } }

  /// Gone, without a good-bye.
  func reset() async {
    await run { descriptor in
      var now = linger(l_onoff: 1, l_linger: 0)
      setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
      shutdown(descriptor, CInt(SHUT_RDWR))
    }
  }

  private func run<Value: Sendable>(_ body: @escaping @Sendable (CInt) -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      queue.async { [self] in continuation.resume(returning: body(descriptor)) }
    }
  }
}

struct RawConnectionError: Error {
  let reason: String
}
