import Foundation
import Glibc

/// Tells systemd how the service is. Without systemd nothing is told. Source: sd_notify(3).
struct SystemdNotifier: Sendable {
  /// The path of a Unix datagram socket; one that begins with `@` is in the abstract namespace.
  let socket: String?

  /// The service manager that started this process, if one did.
  init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    socket = environment["NOTIFY_SOCKET"].flatMap { $0.hasPrefix("/") || $0.hasPrefix("@") ? $0 : nil }
  }

  /// - Parameters:
  ///   - isReady: Whether the service is started: `READY=1`.
  ///   - isStopping: Whether the service ends: `STOPPING=1`.
  ///   - status: One line for `systemctl status`.
  func tell(isReady: Bool = false, isStopping: Bool = false, status: String) {
    let line = status.split(whereSeparator: \.isNewline).joined(separator: " ")
    let words = [isReady ? "READY=1" : nil, isStopping ? "STOPPING=1" : nil, "STATUS=\(line)"]
    send(words.compactMap(\.self).joined(separator: "\n"))
  }

  private func send(_ message: String) {
    guard let socket else { return }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var path = Array(socket.utf8)
    guard path.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
    if path[0] == UInt8(ascii: "@") { path[0] = 0 }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
    let length = MemoryLayout<sockaddr_un>.offset(of: \.sun_path).map { $0 + path.count } ?? 0
    let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    let bytes = Array(message.utf8)
    withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        _ = sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), pointer, socklen_t(length))
      }
    }
  }
}
