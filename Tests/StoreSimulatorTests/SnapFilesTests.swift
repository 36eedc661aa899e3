import Assertions
import Cryptography
import Foundation
import HTTPClient
import StoreModel
import StoreSimulator
import Testing

@Suite("Snaps of the simulator") struct SnapFilesTests {
  @Test("are squashfs files with the meta/snap.yaml that info shows") func squashFS() async throws {
    try await SimulatorFixture.with { store in
      let hello = try #require(store.simulator.revision(2, of: "hello"))
      #expect(try run("unsquashfs", "-s", hello.file).contains("Compression xz"))
      let yaml = try run("unsquashfs", "-cat", hello.file, "meta/snap.yaml")
      #expect(yaml.hasPrefix("name: hello\nversion: '2.10'\n"))
      let info = try await store.get("/v2/snaps/info/hello?architecture=amd64&fields=snap-yaml,channel-map").json
      let first = try #require((info["channel-map"] as? [[String: Any]])?.first)
      #expect(first["snap-yaml"] as? String == yaml)
    }
  }

  @Test("are the same bytes in every directory") func reproducible() async throws {
    var digests: [SHA3Digest] = []
    for _ in 0..<2 {
      let directory = FileManager.default.temporaryDirectory.appending(path: "simulator-\(UUID())").path
      defer { try? FileManager.default.removeItem(atPath: directory) }
      try await SimulatorFixture.with(directory: directory) { store in
        let revision = try #require(store.simulator.revision(6, of: "jq"))
        digests.append(revision.sha3)
        let said = try run("openssl", "dgst", "-sha3-384", revision.file)
        #expect(said.trimmingCharacters(in: .newlines).hasSuffix(revision.sha3.hex))
      }
    }
    #expect(digests[0] == digests[1])
  }

  /// What snap-confine of snapd 2.57.6 mounts over, and where it puts the old root and its own programs.
  private static let mountPoints = [
    "dev", "etc", "home", "lib/firmware", "lib/modules", "media", "mnt", "proc", "root", "run", "run/netns", "snap",
    "sys",
    "tmp", "usr/lib/snapd", "usr/src", "var/lib/snapd", "var/log", "var/snap", "var/tmp",
  ]

  @Test(
    "that are bases have every folder that snap-confine mounts over",
    arguments: [("core22", 1380), ("core24", 423), ("core", 17200)])
  func bases(name: String, number: Int) async throws {
    try await SimulatorFixture.with { store in
      let base = try #require(store.simulator.revision(number, of: name))
      let listed = try run("unsquashfs", "-lls", base.file).split(separator: "\n")
      let folders = Set(
        listed.filter { $0.hasPrefix("drwxr-xr-x root/root") }.compactMap { $0.split(separator: " ").last })
      for folder in Self.mountPoints { #expect(folders.contains("squashfs-root/\(folder)"), "\(folder)") }
      #expect(try run("unsquashfs", "-cat", base.file, "usr/lib/os-release") == "ID=demo\n")
    }
  }

  @Test("tell snapd which version of it they hold", arguments: [("snapd", 21759, "2.63"), ("core", 17200, "2.61.4")])
  func version(name: String, number: Int, version: String) async throws {
    try await SimulatorFixture.with { store in
      let snap = try #require(store.simulator.revision(number, of: name))
      #expect(try run("unsquashfs", "-cat", snap.file, "usr/lib/snapd/info") == "VERSION=\(version)\n")
    }
  }

  @Test("have the identities that snapd's own rules name, in the snaps that it has rules for")
  func officialIdentities() async throws {
    try await SimulatorFixture.with { store in
      for (name, number, id) in [
        ("snapd", 21759, "PMrrV4ml8uWuEUDBT8dSGnKUYbevVhc4"), ("core", 17200, "99T7MUlRhtI3U0QFgl5mXXESAiSwt776"),
        ("core22", 1380, "amcUKQILKXHHTlmSa7NMdnXSx02dNeeT"), ("core24", 423, "dwTAh7MZZ01zyriOZErqd1JynQLiOGvM"),
      ] {
        #expect(store.simulator.revision(number, of: name)?.snapID.description == id)
      }
    }
  }

  @Test("have programs that need nothing of a base, and print") func programs() async throws {
    #if arch(arm64)
      let (number, line) = (3, "hello 2.10 (revision 3)\n")
    #else
      let (number, line) = (2, "hello 2.10 (revision 2)\n")
    #endif
    let folder = FileManager.default.temporaryDirectory.appending(path: "hello-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await SimulatorFixture.with { store in
      let hello = try #require(store.simulator.revision(number, of: "hello"))
      _ = try run("unsquashfs", "-quiet", "-no-progress", "-dest", folder, hello.file)
    }
    #expect(try run("\(folder)/bin/hello") == line)
    // Without an interpreter, which would be a file of the base.
    #expect(try !run("readelf", "--program-headers", "\(folder)/bin/hello").contains("INTERP"))
  }

  @Test("stay, and so does the root, where the directory stays") func restart() async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "simulator-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: directory) }
    var roots: Set<SHA3Digest> = []
    var assertions: Set<[UInt8]> = []
    for _ in 0..<2 {
      try await SimulatorFixture.with(.load(snaps: 1, bytes: 3000), directory: directory) { store in
        roots.insert(store.simulator.rootKeyID)
        let digest = try #require(store.simulator.revision(1, of: "load-1")).sha3
        assertions.insert(try await store.assertion("snap-revision/\(digest.base64URL)").encoded)
      }
    }
    #expect(roots.count == 1)
    #expect(assertions.count == 1)
    let keys = try FileManager.default.attributesOfItem(atPath: "\(directory)/keys/root.pem")
    #expect(keys[.posixPermissions] as? Int == 0o600)
  }

  @Test("of the load are as many and as large as asked") func load() async throws {
    try await SimulatorFixture.with(.load(snaps: 2, bytes: 3 << 20 | 5)) { store in
      let first = try #require(store.simulator.revision(1, of: "load-1"))
      let second = try #require(store.simulator.revision(1, of: "load-2"))
      #expect(store.simulator.revision(1, of: "load-3") == nil)
      #expect(first.size == 3 << 20 | 5)
      #expect(first.sha3 != second.sha3)
      let body = try await store.get(first.path).body
      #expect(SHA3Digest.of(body) == first.sha3)
    }
  }

  private func run(_ arguments: String...) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.standardOutput = output
    try process.run()
    let said = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return String(decoding: said, as: UTF8.self)
  }
}
