import Cryptography
import Foundation
import ProcessTesting
import StoreSimulator
import Testing

@testable import StoreAdminCommands

@Suite("store-admin export store") struct ExportStoreTests {
  private static let shared = Task { try await AdminFixture.make(.demo).simulator }
  private let fixture: AdminFixture

  init() async throws {
    fixture = AdminFixture(simulator: try await Self.shared.value, folder: try .init())
  }

  private var out: String { fixture.folder.path + "/out" }
  private var files: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: out)) ?? []).sorted() }

  /// A program that does what a person does in a browser.
  private func browser() throws -> [String: String] {
    let path = fixture.folder.path + "/browser"
    try "#!/bin/sh\nexec curl --silent --output /dev/null \"$1&auto=becky@example.com\"\n".write(
      toFile: path, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    return ["BROWSER": path, "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"]
  }

  private func contents(_ path: String) throws -> String {
    try Shell.run(["tar", "xzOf", "\(out)/\(try #require(files.last))", path])
  }

  @Test("logs in in the browser and prints the documented lines") func lines() async throws {
    let key = fixture.simulator.brandKeyID.base64URL
    let ending = try await fixture.run(
      [
        "export", "store", "--arch=amd64", "--arch=arm64", "--channel=stable", "--channel=edge", "--key=\(key)",
        "--jobs=1", "--export-dir", out, "acme-devices",
      ], hasToken: false, environment: try browser())
    #expect(ending.code == 0, "\(ending.error)")
    let said = ending.error.split(separator: "\n").map(String.init)
    #expect(
      said.prefix(3) == [
        "Logging in as store admin...", "Opening an authorization web page in your browser.",
        "If it does not open, please open this URL:",
      ])
    #expect(said[3].hasPrefix(" \(fixture.simulator.baseURL)/identity/login?did="))
    let lines = ending.output.split(separator: "\n").map(String.init)
    #expect(
      lines.prefix(5) == [
        "Downloading store metadata and assertion...", "Downloading store admin account details and assertion...",
        "Downloading snap declaration for acme-future...", "Downloading account-key \(key)...",
        "Downloading acme-app revision 12 (latest/stable amd64)",
      ])
    #expect(lines.contains("Downloading core22 revision 1381 (latest/stable arm64)"))
    let tail = Array(lines.suffix(5))
    let path = try #require(tail[1].firstMatch(of: /^Store data exported to: (.*)\.tar\.gz$/)?.1)
    #expect(path.wholeMatch(of: /.*\/out\/store-export-acme-devices-\d{8}T\d{6}/) != nil, "\(path)")
    #expect(
      tail == [
        "Creating the export archive...", "Store data exported to: \(path).tar.gz",
        "Admin token exported to: \(path).macaroon", "Admin token usage:",
        "  export STORE_ADMIN_TOKEN=$(cat \(path).macaroon)",
      ])
    let names = ["macaroon", "tar.gz"].map { "\(path).\($0)" }
    #expect(files.map { "\(out)/\($0)" } == names)
    #expect(try Shell.run(["stat", "-c", "%a", names[0]]) == "600")

    // What the file holds is a token, and the digest of it is all that the tarball knows.
    let token = try String(contentsOfFile: names[0], encoding: .utf8)
    #expect(token.hasSuffix("\n") && token.dropLast().allSatisfy { !$0.isWhitespace })
    #expect(try contents("admin.json").contains(SHA3Digest.of(Array(token.dropLast().utf8)).hex))
    let again = try await fixture.run(
      ["export", "store", "--plan", "acme-devices"], hasToken: false,
      environment: ["STORE_ADMIN_TOKEN": token])
    #expect(again.code == 0, "\(again.error)")
    #expect(!again.error.contains("browser"))
  }

  @Test("exports what devices of the store see, and declarations of all") func contents() async throws {
    _ = try await fixture.output("export", "store", "acme-devices", "--export-dir", out, "--jobs=2")
    let manifest = try #require(
      try JSONSerialization.jsonObject(with: Data(try contents("manifest.json").utf8)) as? [String: Any])
    #expect((manifest["stores"] as? [[String: Any]])?.map { $0["id"] as? String } == ["acme-devices", "acme-base"])
    let snaps = manifest["snaps"] as? [[String: Any]] ?? []
    #expect(snaps.map { $0["name"] as? String } == ["acme-app", "acme-future", "core22", "jq", "snapd"])
    #expect(snaps.map { $0["store"] as? String } == ["acme-base", "acme-base", "ubuntu", "ubuntu", "ubuntu"])
    #expect(snaps.map { $0["private"] as? Bool } == [true, true, false, false, false])
    let revisions = snaps.map { ($0["revisions"] as? [[String: Any]] ?? []).compactMap { $0["revision"] as? Int } }
    #expect(revisions == [[12], [], [1380], [6], [21759]])
    let assertions = try contents("assertions/acme-devices.assert")
    for header in ["snap-name: acme-future", "store: acme-devices", "username: becky", "username: acme"] {
      #expect(assertions.contains("\n\(header)\n"), "\(header)")
    }
  }

  @Test("leaves revisions out where it is told to, and says so") func withoutSnaps() async throws {
    fixture.simulator.forgetRequests()
    let output = try await fixture.output("export", "store", "--no-snaps", "acme-devices", "--export-dir", out)
    for name in ["acme-app", "acme-future", "core22", "jq", "snapd"] {
      #expect(output.contains("Downloading snap declaration for \(name)...\n"))
    }
    #expect(!output.contains(" revision "))
    let listed = try Shell.run(["tar", "tzf", "\(out)/\(try #require(files.last))"])
    #expect(listed == "manifest.json\nadmin.json\nassertions/acme-devices.assert")
  }

  @Test("plans without moving anything, and reports as JSON") func plan() async throws {
    let plan = try await fixture.output("export", "store", "acme-devices", "--plan", "--export-dir", out)
    #expect(plan.hasPrefix("Stores: acme-devices, acme-base\nDeclarations only: acme-future\n"), "\(plan)")
    #expect(plan.contains("acme-app revision 12 (latest/stable amd64)\n"))
    #expect(files.isEmpty)
    let json = try await fixture.output("export", "store", "acme-devices", "--json", "--export-dir", out)
    let report = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    #expect(report["snaps"] as? [String] == ["acme-app", "core22", "jq", "snapd"])
    #expect(report["declaredOnly"] as? [String] == ["acme-future"])
    #expect(report["lacking"] as? [String] == ["core"])
    #expect((report["tokenPath"] as? String)?.hasSuffix(".macaroon") == true)
    #expect(!json.contains("AgEQYXBpLnNuYXBjcmFmdC5pb"))
  }

  @Test("verifies what it exported, without network") func verify() async throws {
    _ = try await fixture.output("export", "store", "acme-devices", "--export-dir", out)
    let verified = try await fixture.run(
      ["export", "verify", "\(out)/\(try #require(files.last))", "--json"],
      environment: ["STORE_API_URL": "http://127.0.0.1:9"])
    #expect(verified.code == 0, "\(verified.error)")
    #expect(verified.output.contains(#""kind" : "store""#))
    #expect(verified.output.contains(#""name" : "acme-devices""#))
  }

  @Test(
    "refuses what makes no sense, and whoever is no administrator",
    arguments: [
      (["acme-devices", "--key=BWDEoaqyr25nF5SNCvEv2v7QnM9QsfCc0PBMYD_i2NGSQ32EF2d4D0hqUel3m8ul"], "becky", 7),
      (["acme-devices", "--key=abc"], "becky", 2), (["../acme"], "becky", 2), ([], "becky", 2),
      (["acme-devices", "--jobs=0"], "becky", 2), (["rival"], "becky", 4), (["acme-devices"], "victor", 4),
    ] as [([String], String, Int32)])
  func refusals(arguments: [String], user: String, code: Int32) async throws {
    fixture.simulator.forgetRequests()
    let token = try fixture.simulator.adminToken(of: "\(user)@example.com")
    let ending = try await fixture.run(
      ["export", "store"] + arguments + ["--export-dir", out], environment: ["STORE_ADMIN_TOKEN": token])
    #expect(ending.code == code, "\(ending.error)")
    #expect(ending.error.contains("error: "), "\(ending.error)")
    #expect(files.isEmpty)
  }

  @Test("wants a login for a token that is none, and never shows it") func foreignToken() async throws {
    let ending = try await fixture.run(
      ["export", "store", "acme-devices", "--export-dir", out], environment: ["STORE_ADMIN_TOKEN": "AgEEc2VjcmV0"])
    #expect(ending.code == 4)
    #expect(!(ending.error + ending.output).contains("AgEEc2VjcmV0"))
  }

  @Test("exports tokens, for itself and for snapcraft") func token() async throws {
    let ending = try await fixture.run(["export", "token"], hasToken: false, environment: try browser())
    #expect(ending.code == 0, "\(ending.error)")
    let token = String(ending.output.dropLast())
    let snapcraft = try await fixture.run(
      ["export", "token", "--format", "snapcraft"], hasToken: false, environment: ["STORE_ADMIN_TOKEN": token])
    let json = try #require(Data(base64Encoded: String(snapcraft.output.dropLast())))
    #expect(
      try JSONSerialization.jsonObject(with: json) as? [String: String] == ["t": "macaroon", "v": token])
  }

  @Test("exports single snaps of a store to whoever may see them") func snaps() async throws {
    let arguments = ["export", "snaps", "acme-app", "--store=acme-devices", "--export-dir", out]
    let ending = try await fixture.run(arguments)
    #expect(ending.code == 0, "\(ending.error)")
    #expect(files.count == 1 && files[0].hasPrefix("acme-app-"))
    #expect(try contents("manifest.json").contains(#""store" : "acme-devices""#))
    let stranger = try await fixture.run(
      arguments, environment: ["STORE_ADMIN_TOKEN": try fixture.simulator.adminToken(of: "2fa@example.com")])
    #expect(stranger.code == 4, "\(stranger.error)")
    let everybody = try await fixture.run(["export", "snaps", "acme-app", "--export-dir", out])
    #expect(everybody.code == 7)
  }
}
