import Foundation
import Synchronization

/// A server on a port of its own that does what a test tells it, byte for byte, so that it can also do wrong. It ends
/// with the process.
public final class ScriptedServer: Sendable {
  /// What one request looked like.
  public struct Received: Sendable {
    /// Request line and headers.
    public var head: String
    /// As long as announced.
    public var body: String
    /// From 1, in the order of their arrival.
    public var connection: Int
    /// With its query.
    public var path: String { String(head.split(separator: " ", maxSplits: 2).dropFirst().first ?? "") }
    /// The first value of a header, in whatever case.
    public func header(_ name: String) -> String? {
      for line in head.split(separator: "\r\n").dropFirst() {
        let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.first?.lowercased() == name.lowercased(), parts.count == 2 {
          return parts[1].trimmingCharacters(in: .whitespaces)
        }
      }
      return nil
    }
  }

  /// What to do with a connection after a request came.
  public enum Step: Sendable {
    /// Text.
    case send(String)
    /// Bytes.
    case sendBytes([UInt8])
    /// Nothing, until the client is gone.
    case stall
    /// End the connection.
    case close
  }

  /// On 127.0.0.1.
  public let port: Int
  /// Without a trailing slash.
  public var url: String { "http://127.0.0.1:\(port)" }
  private let listener: Int32
  private let requests = Mutex<[Received]>([])
  private let script: @Sendable (Received) -> [Step]

  /// Starts to listen.
  public init(_ script: @escaping @Sendable (Received) -> [Step]) throws {
    self.script = script
    (listener, port) = try Self.listenSomewhere()
    let listener = listener
    Thread {
      var count = 0
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        count += 1
        let number = count
        Thread { self.serve(connection, number: number) }.start()
      }
    }.start()
  }

  /// A port where nobody listens.
  public static func unusedPort() throws -> Int {
    let (listener, port) = try listenSomewhere()
    close(listener)
    return port
  }

  private static func listenSomewhere() throws -> (listener: Int32, port: Int) {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        Glibc.bind(listener, pointer, length) == 0 && listen(listener, 64) == 0
          && getsockname(listener, pointer, &length) == 0
      }
    }
    guard bound else { throw POSIXError(.EADDRINUSE) }
    return (listener, Int(UInt16(bigEndian: address.sin_port)))
  }

  /// The requests so far.
  public var received: [Received] { requests.withLock { $0 } }

  private func serve(_ connection: Int32, number: Int) {
    defer { close(connection) }
    var pending: [UInt8] = []
    while true {
      guard let head = read(connection, &pending, until: Array("\r\n\r\n".utf8)) else { return }
      var request = Received(head: String(decoding: head, as: UTF8.self), body: "", connection: number)
      let length = request.header("content-length").flatMap(Int.init) ?? 0
      while pending.count < length, fill(connection, &pending) {}
      request.body = String(decoding: pending.prefix(length), as: UTF8.self)
      pending.removeFirst(min(length, pending.count))
      requests.withLock { $0.append(request) }
      for step in script(request) {
        switch step {
        case .send(let text): guard write(connection, Array(text.utf8)) else { return }
        case .sendBytes(let bytes): guard write(connection, bytes) else { return }
        case .stall:
          while fill(connection, &pending) {}
          return
        case .close: return
        }
      }
    }
  }

  private func write(_ connection: Int32, _ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.send(connection, buffer.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  private func fill(_ connection: Int32, _ pending: inout [UInt8]) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(connection, &buffer, buffer.count, 0)
    guard count > 0 else { return false }
    pending += buffer[..<count]
    return true
  }

  private func read(_ connection: Int32, _ pending: inout [UInt8], until end: [UInt8]) -> [UInt8]? {
    while true {
      if let range = pending.firstRange(of: end) {
        let head = Array(pending[..<range.upperBound])
        pending.removeFirst(range.upperBound)
        return head
      }
      guard fill(connection, &pending) else { return nil }
    }
  }
}

/// A whole answer.
public func answer(_ status: String, _ headers: [String] = [], body: String = "") -> String {
  (["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)"] + headers).joined(separator: "\r\n") + "\r\n\r\n" + body
}
