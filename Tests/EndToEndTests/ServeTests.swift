import Assertions
import AssertionsTesting
import BundlesTesting
import Cryptography
import Foundation
import Glibc
import ProcessTesting
import Testing

/// The server as a process: its start, its end, and what happens under it.
@Suite("serve", .timeLimit(.minutes(10))) struct ServeTests {
  private let root: TestRoot
  private let disk: ScratchDirectory

  init() throws {
    root = try TestRoot()
    disk = try ScratchDirectory()
  }

  private func push(_ bundle: TestBundle, _ host: Host) async throws {
    let path = "\(disk.path)/\(UUID().uuidString).tar.gz"
    try bundle.write(to: path, root: root)
    try await host.snapProxy("push-snap", path, "--push-channel-map")
  }

  private func makeHost(_ bundle: TestBundle) async throws -> Host {
    let host = try await Host.make(rootKey: root.rootKey.id.base64URL)
    try await push(bundle, host)
    return host
  }

  private func download(_ revision: Int, of name: String = "jq") -> String {
    "/api/v1/snaps/download/\(TestRoot.snapID(for: name))_\(revision).snap"
  }

  @Test("says why it does not start") func portIsTaken() async throws {
    let host = try await Host.make(rootKey: root.rootKey.id.base64URL)
    let server = try await host.serve()
    let outcome = try await host.run(["serve"])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("127.0.0.1:\(host.port)"), "\(outcome.errors)")
    #expect(outcome.errors.contains("the address is in use"), "\(outcome.errors)")
    server.signal(SIGTERM)
    #expect(await server.outcome().status == 0)
  }

  @Test("finishes running requests when it is told to end", arguments: [SIGTERM, SIGINT])
  func drains(signal: Int32) async throws {
    let bundle = TestBundle(revisions: [6], fileSize: 4 << 20)
    let host = try await makeHost(bundle)
    let server = try await host.serve()
    let slow = try await RunningProcess.start(
      ["curl", "-s", "--fail", "--limit-rate", "2M", "-o", disk.path + "/slow", host.url + download(6)],
      environment: host.environment)
    while (try? FileManager.default.attributesOfItem(atPath: disk.path + "/slow"))?[.size] as? Int ?? 0 == 0 {
      try await Task.sleep(for: .milliseconds(10))
    }
    server.signal(signal)
    #expect(await slow.outcome().status == 0)
    #expect(FileManager.default.contents(atPath: disk.path + "/slow").map { Array($0) } == bundle.files[6])
    #expect(await server.outcome().status == 0)
    #expect(try await host.status("/_status/check") == "000")
  }

  @Test("serves others, in flat memory, while clients read a byte a second") func slowClients() async throws {
    let bundle = TestBundle(revisions: [6], fileSize: 32 << 20)
    let host = try await makeHost(bundle)
    let server = try await host.serve()
    _ = try await host.get("/v2/snaps/info/jq")
    let idle = server.residentMemory
    var slow: [RunningProcess] = []
    for _ in 0..<20 {
      slow.append(
        try await RunningProcess.start(
          ["curl", "-s", "--limit-rate", "1", "--max-time", "60", "-o", "/dev/null", host.url + download(6)],
          environment: host.environment))
    }
    for round in 0..<5 {
      let outcome = try await host.curl(["--fail", "-o", disk.path + "/quick"], download(6))
      #expect(outcome.status == 0, "round \(round)")
      #expect(FileManager.default.contents(atPath: disk.path + "/quick").map { Array($0) } == bundle.files[6])
    }
    #expect(slow.allSatisfy { kill($0.pid, 0) == 0 })
    #expect(server.residentMemory - idle < 64 << 20, "\(idle) → \(server.residentMemory)")
    slow.forEach { $0.signal(SIGKILL) }
    for client in slow { _ = await client.outcome() }
    server.signal(SIGTERM)
    #expect(await server.outcome().status == 0)
  }

  @Test("serves on while PostgreSQL is away, and follows it when it is back") func databaseRestarted() async throws {
    let host = try await makeHost(TestBundle(revisions: [6]))
    let server = try await host.serve()
    try await host.snapProxy("database", "stop")
    #expect(try await host.status("/v2/snaps/info/jq") == "200")
    #expect(try await host.status(download(6)) == "200")
    #expect(try await host.status("/v2/snaps/info/nothing") == "404")
    try await expect("500", at: "/_status/check", of: host)
    #expect(try await host.status("/_status/ready") == "200")
    try await host.snapProxy("database", "start")
    try await expect("200", at: "/_status/check", of: host)
    try await push(TestBundle(revisions: [7]), host)
    try await expect("200", at: download(7), of: host)
    #expect(try await host.get("/v2/snaps/info/jq").contains(#""revision":7"#))
    server.signal(SIGTERM)
    #expect(await server.outcome().status == 0)
  }

  @Test("shows what was pushed and removed without a restart") func follows() async throws {
    let host = try await makeHost(TestBundle(revisions: [6]))
    let server = try await host.serve()
    try await push(TestBundle("htop", revisions: [3]), host)
    try await expect("200", at: "/v2/snaps/info/htop", of: host)
    try await host.snapProxy("remove-snap", "htop")
    try await expect("404", at: "/v2/snaps/info/htop", of: host)
    #expect(try await host.status(download(3, of: "htop")) == "404")
    server.signal(SIGTERM)
    #expect(await server.outcome().status == 0)
  }

  /// Within some seconds the path answers so.
  private func expect(_ status: String, at path: String, of host: Host) async throws {
    var last = ""
    for _ in 0..<200 {
      last = try await host.status(path)
      if last == status { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    #expect(last == status, "\(path)")
  }
}
