import Cryptography
import Foundation
import Glibc
import HTTPTesting
import ProcessTesting
import StoreSimulator
import Testing

/// Files and documents of the upstream store, through the proxy: kept, cut, wrong, slow, with a full disk.
@Suite("Online downloads", .timeLimit(.minutes(10))) struct OnlineDownloadTests {
  @Test("many who want one file at once cost one request upstream; afterwards none, also when upstream is away")
  func cache() async throws {
    try await OnlineProxy.with(randomSnaps: ["big": 8 << 20]) { host, simulator in
      let path = try await host.downloadPath("big")
      let digest = try #require(simulator.revision(1, of: "big")?.sha3)
      let disk = try ScratchDirectory()
      simulator.forgetRequests()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<20 {
          group.addTask {
            let outcome = try await host.curl(["--fail", "-o", "\(disk.path)/\(number)"], path)
            #expect(outcome.status == 0, "\(outcome.errors)")
          }
        }
        try await group.waitForAll()
      }
      #expect(simulator.downloadCount == 1)
      for number in 0..<20 {
        let bytes = try #require(FileManager.default.contents(atPath: "\(disk.path)/\(number)"))
        #expect(SHA3Digest.of(bytes) == digest)
      }
      let part = try await host.curl(["--fail", "-r", "1000-1999", "-o", disk.path + "/part"], path)
      #expect(part.status == 0)
      let whole = try #require(FileManager.default.contents(atPath: "\(disk.path)/0"))
      #expect(FileManager.default.contents(atPath: disk.path + "/part") == whole[1000..<2000])
      simulator.misbehave(Misbehaviour(.status, status: 503))
      #expect(try await host.curl(["--fail", "-o", disk.path + "/again"], path).status == 0)
      #expect(FileManager.default.contents(atPath: disk.path + "/again") == whole)
      #expect(try await host.status("/v2/snaps/info/hello") == "503")
      simulator.behave()
      #expect(try await host.snapProxy("cache", "status").contains("Files: 1\n"))
      try await host.snapProxy("cache", "clear")
      #expect(try await host.snapProxy("cache", "status").contains("Files: 0\n"))
      #expect(try await host.curl(["--fail", "-o", disk.path + "/anew"], path).status == 0)
      #expect(simulator.downloadCount == 2)
    }
  }

  @Test("a download that upstream cuts goes on; one that is not what was signed reaches nobody whole")
  func faults() async throws {
    try await OnlineProxy.with(randomSnaps: ["big": 4 << 20, "bad": 1 << 20]) { host, simulator in
      let disk = try ScratchDirectory()
      let path = try await host.downloadPath("big")
      simulator.misbehave(Misbehaviour(.cut, path: "/api/v1/snaps/download/", times: 2, after: 1_000_000))
      #expect(try await host.curl(["--fail", "-o", disk.path + "/big"], path).status == 0)
      let bytes = try #require(FileManager.default.contents(atPath: disk.path + "/big"))
      #expect(SHA3Digest.of(bytes) == simulator.revision(1, of: "big")?.sha3)
      simulator.behave()
      let bad = try await host.downloadPath("bad")
      simulator.misbehave(Misbehaviour(.flipByte, path: "/api/v1/snaps/download/", after: 500_000))
      let outcome = try await host.curl(["--fail", "-o", disk.path + "/bad"], bad)
      #expect(outcome.status != 0)
      #expect((FileManager.default.contents(atPath: disk.path + "/bad")?.count ?? 0) < 1 << 20)
      simulator.behave()
      #expect(try await host.curl(["--fail", "-o", disk.path + "/bad"], bad).status == 0)
      #expect(try await host.status("/api/v1/snaps/upstream/AAAA.BBBB/x.snap") == "404")
    }
  }

  @Test("a file that the disk has no room for reaches the device all the same, whole")
  func fullDisk() async throws {
    try await OnlineProxy.with(randomSnaps: ["big": 8 << 20]) { host, simulator in
      let downloads = host.state + "/cache/downloads"
      try FileManager.default.createDirectory(atPath: downloads, withIntermediateDirectories: true)
      try Shell.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", downloads])
      defer { _ = try? Shell.run(["umount", "--lazy", downloads]) }
      let disk = try ScratchDirectory()
      let path = try await host.downloadPath("big")
      for _ in 1...2 {
        #expect(try await host.curl(["--fail", "-o", disk.path + "/big"], path).status == 0)
        let bytes = try #require(FileManager.default.contents(atPath: disk.path + "/big"))
        #expect(SHA3Digest.of(bytes) == simulator.revision(1, of: "big")?.sha3)
      }
      #expect(try await host.snapProxy("cache", "status").contains("Files: 0\n"))
    }
  }

  @Test("slow devices that read a large document cost hardly any memory")
  func slowReaders() async throws {
    let document = String(repeating: "a name and another ", count: 1 << 20)
    let upstream = try ScriptedServer { _ in [.send(answer("200 OK", body: document))] }
    let simulator = try await StoreSimulator.start()
    let host = try await Host.online(behind: simulator)
    try await host.snapProxy("config", "proxy.upstream=\(upstream.url)")
    let server = try await host.serve()
    #expect(try await host.get("/api/v1/snaps/names").utf8.count == document.utf8.count)
    let idle = server.residentMemory
    var slow: [RunningProcess] = []
    for _ in 0..<20 {
      slow.append(
        try await RunningProcess.start(
          ["curl", "-s", "--limit-rate", "1", "--max-time", "60", "-o", "/dev/null", host.url + "/api/v1/snaps/names"],
          environment: host.environment))
    }
    try await eventually { upstream.received.count { $0.path == "/api/v1/snaps/names" } == 21 }
    #expect(try await host.get("/api/v1/snaps/names").utf8.count == document.utf8.count)
    #expect(server.residentMemory - idle < 64 << 20, "\(idle) → \(server.residentMemory)")
    slow.forEach { $0.signal(SIGKILL) }
    for client in slow { _ = await client.outcome() }
    server.signal(SIGTERM)
    #expect(await server.outcome().status == 0)
    await simulator.stop()
  }
}
