import Cryptography
import Foundation
import Glibc
import ProcessTesting
import StoreModel
import StoreSimulator
import Testing

/// What was exported here is what snapd's own code accepts there.
@Suite("Across the gap", .serialized, .timeLimit(.minutes(10))) struct AcrossTheGapTests {
  /// One laptop and one host for all tests, with `hello` and `desktop-app` carried across.
  private struct World: Sendable {
    let laptop: Laptop
    let host: Host
    let server: RunningProcess
    let exported: String
    let pushed: String
    /// The lines with the digests of the manifests that the export, `export verify` and the push printed.
    let digests: [[String]]
  }

  private static func digests(_ outcome: ProcessOutcome) -> [String] {
    outcome.errors.split(separator: "\n").filter { $0.hasPrefix("Manifest sha256: ") }.map(String.init).sorted()
  }

  private static let world = Task {
    let laptop = try await Laptop.make()
    let export = try await laptop.run([
      "export", "snaps", "hello", "desktop-app", "--channel=stable", "--channel=candidate", "--channel=edge",
      "--arch=amd64", "--with-deps", "--export-dir", laptop.disk,
    ])
    let exported = try export.success("export")
    let verification = try await laptop.run(["export", "verify"] + laptop.tarballs())
    let host = try await Host.make(rootKey: laptop.simulator.rootKeyID.base64URL)
    let server = try await host.serve()
    let push = try await host.run(["push-snap"] + laptop.tarballs())
    let pushed = try push.success("push-snap")
    for _ in 0..<100 {
      guard try await host.status("/v2/snaps/info/snapd") != "200" else { break }
      try await Task.sleep(for: .milliseconds(50))
    }
    return World(
      laptop: laptop, host: host, server: server, exported: exported, pushed: pushed,
      digests: [export, verification, push].map(digests))
  }

  private let world: World
  init() async throws { world = try await Self.world.value }

  private func device(_ check: String...) async throws -> String { try await device(check) }

  private func device(_ check: [String]) async throws -> String {
    try await world.host.snapd(check).success(check.joined(separator: " "))
  }

  @Test("says what it exported and pushed, as documented") func lines() {
    let names = world.exported.split(separator: "\n").filter { $0.contains(": ") }
      .map { String($0.split(separator: ":")[0]) }
    #expect(world.exported.contains("Successfully exported snaps:\n"))
    #expect(names == ["hello", "desktop-app", "core22", "snapd", "gtk-common-themes", "core"])
    #expect(world.pushed.contains("[snap hello] Uploaded snap blob and assertions for hello revision 5\n"))
    #expect(world.pushed.contains("[snap hello] Channelmaps were successfully updated.\n"))
  }

  @Test("prints the same digests of manifests on both sides, and when it verifies") func digests() {
    #expect(world.digests[0].count == world.laptop.tarballs().count && !world.digests[0].isEmpty)
    #expect(world.digests[1] == world.digests[0])
    #expect(world.digests[2] == world.digests[0])
  }

  @Test("snapd reads info with every channel") func info() async throws {
    let info = try await device("info", "hello")
    for part in [#""name":"hello""#, #""latest/stable":2"#, #""latest/candidate":4"#, #""latest/edge":5"#] {
      #expect(info.contains(part), "\(info)")
    }
  }

  @Test("snapd finds by name, and by a word of the summary", arguments: ["hello", "window"])
  func find(word: String) async throws {
    #expect(try await device("find", word).contains(word == "hello" ? #""name":"hello""# : #""name":"desktop-app""#))
  }

  @Test(
    "snapd installs by channel, by fall-back and by number",
    arguments: [
      ("hello", 2), ("hello=candidate", 4), ("hello=beta", 4), ("hello=edge", 5),
      ("hello=latest/edge/no-such-branch", 5),
      ("hello=4", 4), ("desktop-app", 42), ("gtk-common-themes", 1535),
    ])
  func install(action: String, revision: Int) async throws {
    let result = try await device("install", action)
    #expect(result.contains("\"revision\":\(revision),"), "\(result)")
  }

  @Test("snapd is told what is not there", arguments: ["nothing", "hello=7", "hello=2/stable"])
  func absent(action: String) async throws {
    let outcome = try await world.host.device("install", action)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("error: "))
    #expect(!outcome.errors.contains("unexpected"), "\(outcome.errors)")
  }

  @Test("snapd refreshes what is older, and leaves what is not") func refresh() async throws {
    #expect(try await device("refresh", "hello=2@latest/candidate").contains(#""revision":4"#))
    #expect(try await device("refresh", "hello=2@latest/stable") == "[]\n")
    let both = try await device("refresh", "hello=2@latest/candidate", "desktop-app=41@latest/stable")
    #expect(both.contains(#""revision":4"#) && both.contains(#""revision":42"#), "\(both)")
  }

  @Test(
    "snapd downloads, resumes, and verifies the chain of every snap",
    arguments: [
      "hello", "hello=edge", "desktop-app", "core22", "gtk-common-themes", "snapd",
    ])
  func download(action: String) async throws {
    let folder = try ScratchDirectory()
    for cut in [nil, "1", "1000", "4095"] {
      let check = ["verified-download", action, folder.path] + (cut.map { [$0] } ?? [])
      let result = try await world.host.snapd(check).success(check.joined(separator: " "))
      #expect(result.contains("sha3-384"))
      for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
        try FileManager.default.removeItem(atPath: "\(folder.path)/\(file)")
      }
    }
  }

  @Test("snapd's checks of a snap's contents accept every snap that the tests have") func contents() async throws {
    let hello = try #require(world.laptop.simulator.revision(2, of: "hello"))
    let folder = URL(filePath: hello.file).deletingLastPathComponent()
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".snap") }
      .map { folder.appending(path: $0).path }
    #expect(files.count > 20)
    let types = try await device(["container"] + files)
    for part in [#""core":"os""#, #""core22":"base""#, #""hello":"app""#, #""snapd":"snapd""#] {
      #expect(types.contains(part), "\(types)")
    }
  }

  @Test("snapd refuses a store whose root it does not trust") func foreignRoot() async throws {
    let folder = try ScratchDirectory()
    let outcome = try await Programs.run(
      [
        try await Programs.snapdClient.value, "--url", world.host.url, "--root-key",
        "-CvQKAwRQ5h3Ffn10FILJoEZUXOv6km9FwA80-Rcj-f-6jadQ89VRswHNiEB9Lxk", "verified-download", "hello", folder.path,
      ], environment: world.host.environment)
    #expect(outcome.status == 1)
  }

  @Test("snapd acknowledges the assertions of every tarball") func acknowledge() async throws {
    for tarball in world.laptop.tarballs() {
      let folder = try ScratchDirectory()
      try Shell.run(["tar", "xzf", tarball, "-C", folder.path])
      let name = try #require(FileManager.default.contentsOfDirectory(atPath: folder.path + "/assertions").first)
      let count = try await device("ack", "\(folder.path)/assertions/\(name)")
      #expect((Int(count.dropLast()) ?? 0) >= 5)
    }
  }

  @Test("snapd fetches assertions in bulk, and the daily catalogue") func bulk() async throws {
    #expect(try await device("fetch-assertions", "hello", "core22", "snapd") == "3\n")
    #expect(try await device("catalog").contains(#""hello":"#))
  }

  @Test("Debian's snap downloads, and stops only where Canonical's root would have to have signed")
  func debianSnap() async throws {
    let folder = try ScratchDirectory()
    let outcome = try await debian("download", "hello", "--target-directory", folder.path)
    let file = try #require(FileManager.default.contents(atPath: folder.path + "/hello_2.snap"), "\(outcome.errors)")
    let original = try #require(world.laptop.simulator.revision(2, of: "hello"))
    #expect(file == FileManager.default.contents(atPath: original.file))
    #expect(outcome.output.contains("Fetching assertions for \"hello\""))
    #expect(
      outcome.errors.contains("circular assertions are not expected: account (simulated-store)"), "\(outcome.errors)")
  }

  @Test("Debian's snap reads single assertions") func debianKnown() async throws {
    let original = try #require(world.laptop.simulator.revision(2, of: "hello"))
    let declaration = try await debian(
      "known", "--remote", "snap-declaration", "series=16", "snap-id=\(original.snapID)")
    #expect(try declaration.success("known").contains("snap-name: hello\n"))
    let revision = try await debian(
      "known", "--remote", "snap-revision", "snap-sha3-384=\(original.sha3.base64URL)")
    #expect(try revision.success("known").contains("snap-revision: 2\n"))
    let absent = try await debian("known", "--remote", "snap-declaration", "series=16", "snap-id=nothing")
    #expect(absent.status == 1)
    #expect(absent.errors.contains("not found"), "\(absent.errors)")
  }

  private func debian(_ arguments: String...) async throws -> ProcessOutcome {
    let environment = world.host.environment.merging([
      "SNAPPY_FORCE_API_URL": world.host.url, "SNAPPY_FORCE_SAS_URL": world.host.url,
    ]) { $1 }
    return try await Programs.run([try await Programs.snap.value] + arguments, environment: environment)
  }

  @Test("the server says that it serves, and nothing of errors") func log() async throws {
    #expect(world.server.errors.contains("serving"))
    #expect(!world.server.errors.contains("error"))
  }
}
