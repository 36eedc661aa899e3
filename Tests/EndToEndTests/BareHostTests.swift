import Assertions
import AssertionsTesting
import Cryptography
import Foundation
import Glibc
import ProcessTesting
import Testing

/// What a host may lack when the server starts: IPv6, its database.
@Suite("A server on a bare host", .timeLimit(.minutes(10))) struct BareHostTests {
  private let root: TestRoot
  init() throws { root = try TestRoot() }

  /// A library that makes sockets of IPv6 fail, as a kernel does after `ipv6.disable=1`.
  private static let withoutIPv6 = Task {
    let folder = try ScratchDirectory()
    let source = """
      #define _GNU_SOURCE
      #include <dlfcn.h>
      #include <errno.h>
      #include <sys/socket.h>
      int socket(int domain, int type, int protocol) {
        int (*next)(int, int, int) = (int (*)(int, int, int))dlsym(RTLD_NEXT, "socket");
        if (domain != AF_INET6) return next(domain, type, protocol);
        errno = EAFNOSUPPORT;
        return -1;
      }
      """
    try source.write(toFile: folder.path + "/socket.c", atomically: false, encoding: .utf8)
    try Shell.run(["cc", "-shared", "-fPIC", "-o", folder.path + "/socket.so", folder.path + "/socket.c", "-ldl"])
    return folder
  }

  private func makeHost(_ address: String) async throws -> Host {
    let host = try await Host.make(rootKey: root.rootKey.id.base64URL)
    try await host.snapProxy("config", "proxy.ipaddress=\(address)")
    return host
  }

  private func start(_ host: Host) async throws -> RunningProcess {
    let library = try await Self.withoutIPv6.value.path + "/socket.so"
    return try await RunningProcess.start(
      [Programs.snapProxy, "serve"], environment: host.environment.merging(["LD_PRELOAD": library]) { $1 })
  }

  @Test("listens on every IPv4 address where there is no IPv6, and says so", arguments: ["", "[::]"])
  func everyAddress(setting: String) async throws {
    let host = try await makeHost(setting)
    let server = try await start(host)
    var answer = ""
    for _ in 0..<300 where answer != "200" {
      answer = try await host.status("/_status/ready")
      try await Task.sleep(for: .milliseconds(100))
    }
    #expect(answer == "200", "\(server.errors)")
    #expect(server.errors.contains("this host has no IPv6"), "\(server.errors)")
    #expect(server.errors.contains("address=0.0.0.0:\(host.port)"), "\(server.errors)")
    server.signal(SIGTERM)
    #expect(await server.outcome().status == 0)
  }

  @Test("says that there is no IPv6 where one of its addresses was asked for") func oneAddress() async throws {
    let host = try await makeHost("::1")
    let outcome = await (try start(host)).outcome()
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("cannot listen on [::1]:\(host.port): this host has no IPv6"), "\(outcome.errors)")
  }

  @Test("answers 503 until its database is there, and then serves") func lateDatabase() async throws {
    let (database, host) = (
      try await Host.make(rootKey: root.rootKey.id.base64URL), try await Host.make(rootKey: root.rootKey.id.base64URL)
    )
    try await host.snapProxy("config", "proxy.db.connection=\(try database.privateDatabase())")
    try await database.snapProxy("database", "stop")
    let server = try await host.start(["serve"])
    var answer = ""
    for _ in 0..<100 where answer != "503" {
      answer = try await host.status("/v2/snaps/info/jq")
      try await Task.sleep(for: .milliseconds(100))
    }
    #expect(answer == "503", "\(server.errors)")
    let headers = try await host.curl(["-o", "/dev/null", "-D", "-", "-X", "POST"], "/v2/snaps/refresh").output
    #expect(headers.lowercased().contains("retry-after: 5"), "\(headers)")
    #expect(try await host.status("/_status/ready") == "503")
    #expect(try await host.status("/_status/live") == "200")
    #expect(try await host.status("/_status/check") == "500")
    try await database.snapProxy("database", "start")
    for _ in 0..<200 where answer != "200" {
      answer = try await host.status("/_status/ready")
      try await Task.sleep(for: .milliseconds(100))
    }
    #expect(answer == "200", "\(server.errors)")
    #expect(server.errors.contains("waiting for the database"), "\(server.errors)")
    server.signal(SIGTERM)
    #expect(await server.outcome().status == 0)
  }

  @Test("stops at once while it waits for its database") func stopsWhileWaiting() async throws {
    let host = try await Host.make(rootKey: root.rootKey.id.base64URL)
    try await host.snapProxy("config", "proxy.port.https=\(try freePort())")
    try await host.snapProxy("database", "stop")
    try FileManager.default.moveItem(atPath: host.state + "/postgresql", toPath: host.state + "/away")
    try Data().write(to: URL(filePath: host.state + "/postgresql"))
    let server = try await host.start(["serve"])
    while !server.errors.contains("waiting for the database") { try await Task.sleep(for: .milliseconds(50)) }
    server.signal(SIGTERM)
    #expect(await server.outcome().status == 0)
  }

  @Test("starts again by itself when its port changes") func newPort() async throws {
    let host = try await Host.make(rootKey: root.rootKey.id.base64URL)
    let server = try await host.serve()
    let port = try freePort()
    try await host.snapProxy("config", "proxy.port.http=\(port)")
    var answer = ""
    for _ in 0..<200 where answer != "200" {
      answer = try await Programs.run(
        ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "http://127.0.0.1:\(port)/_status/ready"],
        environment: host.environment
      ).output
      try await Task.sleep(for: .milliseconds(100))
    }
    #expect(answer == "200", "\(server.errors)")
    server.signal(SIGTERM)
    #expect(await server.outcome().status == 0)
  }
}
