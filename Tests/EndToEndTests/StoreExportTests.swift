import Bundles
import Cryptography
import Foundation
import Glibc
import ProcessTesting
import StoreSimulator
import Testing

/// A brand's store, exported by `store-admin` as it is released.
@Suite("A brand's store, exported", .serialized, .timeLimit(.minutes(10))) struct StoreExportTests {
  private static let shared = Task { try await Laptop.make(.demo) }

  private let laptop: Laptop
  init() async throws {
    laptop = Laptop(simulator: try await Self.shared.value.simulator, folder: try ScratchDirectory())
    laptop.simulator.behave()
    laptop.simulator.forgetRequests()
  }

  private var arguments: [String] {
    [
      "export", "store", "acme-devices", "--channel=stable", "--channel=edge", "--arch=amd64", "--arch=arm64",
      "--key=\(laptop.simulator.brandKeyID.base64URL)", "--export-dir", laptop.disk,
    ]
  }

  private var files: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: laptop.disk)) ?? []).sorted() }

  /// Runs the export as somebody without a token, whose browser logs in by itself.
  private func exportInBrowser() async throws -> ProcessOutcome {
    let browser = laptop.folder.path + "/browser"
    try "#!/bin/sh\nexec curl --silent --output /dev/null \"$1&auto=becky@example.com\"\n".write(
      toFile: browser, atomically: true, encoding: .utf8)
    chmod(browser, 0o755)
    var environment = try laptop.environment
    environment["STORE_ADMIN_TOKEN"] = nil
    environment["BROWSER"] = browser
    return try await Programs.run([Programs.storeAdmin] + arguments, environment: environment)
  }

  @Test("is one tarball that GNU tar lists and 'export verify' proves, and a token for later") func export()
    async throws
  {
    let output = try await exportInBrowser().success("export store")
    try #require(files.count == 2)
    let (token, tarball) = ("\(laptop.disk)/\(files[0])", "\(laptop.disk)/\(files[1])")
    #expect(output.contains("Store data exported to: \(tarball)\nAdmin token exported to: \(token)\n"))
    #expect(output.hasSuffix("Admin token usage:\n  export STORE_ADMIN_TOKEN=$(cat \(token))\n"))
    #expect(try Shell.run(["stat", "-c", "%a", token]) == "600")

    let listed = try Shell.run(["tar", "tzf", tarball]).split(separator: "\n").map(String.init)
    #expect(listed.prefix(3) == ["manifest.json", "admin.json", "assertions/acme-devices.assert"])
    #expect(
      listed.filter { $0.hasPrefix("snaps/acme-app") }
        == ["snaps/acme-app_12.snap", "snaps/acme-app_13.snap", "snaps/acme-app_14.snap"])
    let folder = try ScratchDirectory()
    try Shell.run(["tar", "xzf", tarball, "-C", folder.path])
    for revision in [12, 13, 14] {
      let original = try #require(laptop.simulator.revision(revision, of: "acme-app"))
      #expect(
        FileManager.default.contentsEqual(
          atPath: "\(folder.path)/snaps/acme-app_\(revision).snap", andPath: original.file))
    }
    let verified = try await laptop.storeAdmin("export", "verify", tarball)
    #expect(verified.contains("store acme-devices with 5 snaps, "))

    // The line that was printed is one for a shell.
    let usage = try #require(output.split(separator: "\n").last)
    let identity = try Shell.run([
      "bash", "-c",
      "\(usage); curl -s -H \"Authorization: Macaroon $STORE_ADMIN_TOKEN\" "
        + "\(laptop.simulator.baseURL)/api/v2/tokens/whoami",
    ])
    #expect(identity.contains(#""email":"becky@example.com""#))
  }

  @Test("'push-store' takes it, and devices without a session still see nothing of the brand's own snaps") func push()
    async throws
  {
    _ = try await laptop.run(arguments).success("export store")
    let host = try await Host.make(rootKey: laptop.simulator.rootKeyID.base64URL)
    let pushed = try await host.snapProxy("push-store", try #require(laptop.tarballs().first))
    #expect(pushed.hasSuffix("Store admin account imported successfully.\n"), "\(pushed)")
    let listed = try await host.snapProxy("list-pushed-snaps")
    #expect(listed.contains("acme-app  acme-base, acme-devices\n"), "\(listed)")
    let server = try await host.serve()
    #expect(try await host.status("/v2/snaps/info/acme-app") == "404")
    #expect(try await host.status("/v2/snaps/info/core22") == "200", "\(server.errors)")
  }

  @Test("snapd's database takes its assertions one after the other, in the order given") func order() async throws {
    _ = try await laptop.run(arguments).success("export store")
    let folder = try ScratchDirectory()
    try Shell.run(["tar", "xzf", try #require(laptop.tarballs().first), "-C", folder.path])
    let stream = "\(folder.path)/assertions/acme-devices.assert"
    let counts = try await Programs.run(
      [
        try await Programs.snapdClient.value, "--url", laptop.simulator.baseURL, "--root-key",
        laptop.simulator.rootKeyID.base64URL, "ack-in-order", stream,
      ], environment: laptop.environment
    ).success("ack-in-order")
    let types = try #require(try JSONSerialization.jsonObject(with: Data(counts.utf8)) as? [String: Int])
    #expect(types["snap-declaration"] == 5)
    #expect(types["snap-revision"] == 10)
    #expect(types["store"] == 1)
    #expect(types["account-key"] == 3)

    // The other way round it takes nothing: the check can fail.
    let backwards = try String(contentsOfFile: stream, encoding: .utf8).components(separatedBy: "\n\ntype: ")
    #expect(backwards.count == types.values.reduce(0, +))
    let parts = backwards.enumerated().map { $0.offset == 0 ? String($0.element.dropFirst(6)) : $0.element }
    let reversed = parts.reversed().map { "type: " + ($0.hasSuffix("\n") ? String($0.dropLast()) : $0) }
    try (reversed.joined(separator: "\n\n") + "\n").write(toFile: stream, atomically: true, encoding: .utf8)
    let refused = try await Programs.run(
      [
        try await Programs.snapdClient.value, "--url", laptop.simulator.baseURL, "--root-key",
        laptop.simulator.rootKeyID.base64URL, "ack-in-order", stream,
      ], environment: laptop.environment)
    #expect(refused.status == 1)
  }

  @Test("killed at many points it leaves no tarball, and the next one goes on where it was") func killed() async throws
  {
    laptop.simulator.misbehave(Misbehaviour(.slow, path: "/api/v1/snaps/download/", rate: 40_000))
    var killed = 0
    for step in 0..<6 {
      let export = try await laptop.start(arguments + ["--jobs=2"])
      while laptop.simulator.downloadCount < step * 2, kill(export.pid, 0) == 0 {
        try await Task.sleep(for: .milliseconds(1))
      }
      export.signal(SIGKILL)
      if await export.outcome().status == 137 {
        killed += 1
        #expect(!files.contains { $0.hasPrefix("store-export") }, "\(files)")
      }
    }
    #expect(killed >= 3)
    laptop.simulator.behave()
    _ = try await laptop.run(arguments).success("export store")
    #expect(files.allSatisfy { $0.hasPrefix("store-export") }, "\(files)")
    try await laptop.storeAdmin("export", "verify", try #require(laptop.tarballs().last))
  }

  @Test("may have more snaps than a process may open files") func manySnaps() async throws {
    let count = 150
    var store = try SeedStore("many", name: "Many", brand: .acme, roles: ["becky": "admin"])
    store.isAsserted = true
    let snaps = try (1...count).map { number in
      var revision = try SeedRevision(number, version: "1", architecture: "all")
      revision.contents = .random(bytes: 20_000)
      var snap = try SeedSnap(
        "many-\(number)", publisher: .acme, summary: "One of many", revisions: [revision],
        releases: [SeedRelease(number, to: "stable")])
      snap.store = store.id
      return snap
    }
    let laptop = try await Laptop.make(.stores([store], snaps: snaps))
    let outcome = try await Programs.run(
      [
        "bash", "-c",
        "ulimit -n 64 && exec \(Programs.storeAdmin) export store many --jobs=8 --export-dir \(laptop.disk)",
      ], environment: laptop.environment)
    _ = try outcome.success("export store many")
    let verified = try await laptop.storeAdmin("export", "verify", try #require(laptop.tarballs().first))
    #expect(verified.contains("store many with \(count) snaps, "), "\(verified.suffix(300))")
  }

  @Test("nothing of a token is ever printed") func secrets() async throws {
    let outcome = try await exportInBrowser()
    let token = try String(contentsOfFile: "\(laptop.disk)/\(try #require(files.first))", encoding: .utf8).dropLast()
    #expect(token.count > 100)
    #expect(!(outcome.output + outcome.errors).contains(token.prefix(60)))
  }
}
