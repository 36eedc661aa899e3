import Foundation
import Glibc
import ProcessTesting
import Testing

@testable import SnapProxyCommands

@Suite("systemd's notifications") struct SystemdNotifierTests {
  @Test("a notification arrives at the socket, one line each") func message() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.path + "/notify"
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let isBound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
    try #require(isBound)
    SystemdNotifier(environment: ["NOTIFY_SOCKET": path]).tell(isReady: true, status: "two\nlines")
    var buffer = [UInt8](repeating: 0, count: 200)
    let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
    #expect(String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self) == "READY=1\nSTATUS=two lines")
  }

  @Test("nothing is sent without a service manager, or to a path that is none", arguments: [nil, "", "relative"])
  func silence(socket: String?) {
    #expect(SystemdNotifier(environment: socket.map { ["NOTIFY_SOCKET": $0] } ?? [:]).socket == nil)
  }
}
