import Foundation
import ProcessTesting
import StoreSimulator
import Testing

@testable import StoreAdminCommands

@Suite("store-admin export snaps") struct ExportSnapsTests {
  private static let shared = Task { try await AdminFixture.make(.demo).simulator }
  private let fixture: AdminFixture

  init() async throws {
    fixture = AdminFixture(simulator: try await Self.shared.value, folder: try .init())
  }

  private var out: String { fixture.folder.path + "/out" }

  private var exported: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: out)) ?? []).map { String($0.split(separator: "-2")[0]) }
      .sorted()
  }

  @Test("prints the documented lines, and names what the set lacks") func lines() async throws {
    let ending = try await fixture.run(["export", "snaps", "hello", "--export-dir", out])
    #expect(ending.code == 0, "\(ending.error)")
    let lines = ending.output.split(separator: "\n").map(String.init)
    #expect(lines.count == 3)
    #expect(lines[0] == "Downloading hello revision 2 (latest/stable amd64)")
    #expect(lines[1] == "Successfully exported snaps:")
    #expect(lines[2].wholeMatch(of: /hello: .*\/out\/hello-\d{8}T\d{6}\.tar\.gz/) != nil, "\(lines[2])")
    #expect(ending.error.contains("hello needs core22 (base), which is not in this export\n"))
    #expect(ending.error.contains("hello needs snapd (snapd), which is not in this export\n"))
  }

  @Test("exports by channel, architecture and revision") func choices() async throws {
    let yaml = fixture.folder.path + "/snaps.yaml"
    try """
    packages:
      - name: charmed-postgresql
        revision: 96
        push_channel: 14/edge
    """.write(toFile: yaml, atomically: true, encoding: .utf8)
    let json = try await fixture.output(
      "export", "snaps", "hello", "--channel=edge", "--channel=candidate", "--arch=amd64",
      "--from-yaml", yaml, "--export-dir", out, "--json", "--keep-going")
    let report = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    let bundles = try #require(report["exported"] as? [[String: Any]])
    let revisions = Dictionary(uniqueKeysWithValues: bundles.map { ($0["name"] as? String, $0["revisions"] as? [Int]) })
    #expect(revisions["charmed-postgresql"] == [96])
    #expect(revisions["hello"] == [4, 5])
  }

  @Test("plans without moving anything") func plan() async throws {
    fixture.simulator.forgetRequests()
    let plan = try await fixture.output("export", "snaps", "desktop-app", "--with-deps", "--plan", "--export-dir", out)
    #expect(plan.contains("desktop-app revision 42 (latest/stable amd64)\n"), "\(plan)")
    #expect(plan.contains("gtk-common-themes revision 1535 (latest/stable amd64), needed by desktop-app\n"), "\(plan)")
    #expect(plan.contains(" in all, "))
    #expect(exported.isEmpty)
  }

  @Test("keeps going where it is told to, and says at the end what failed") func keepGoing() async throws {
    let ending = try await fixture.run(
      ["export", "snaps", "nosuch", "htop", "hello", "--keep-going", "--channel=stable", "--export-dir", out])
    #expect(ending.code == 7)
    #expect(ending.output.contains("Successfully exported snaps:\n"))
    #expect(ending.error.contains("nosuch"), "\(ending.error)")
    #expect(exported == ["hello", "htop"])
  }

  @Test(
    "refuses what makes no sense",
    arguments: [
      (["export", "snaps"], 2), (["export", "snaps", "Not A Name"], 2), (["export", "snaps", "jq", "--jobs=0"], 2),
      (["export", "snaps", "jq", "--channel=a/b/c/d"], 2), (["export", "snaps", "jq", "--arch=vax"], 7),
      (["export", "snaps", "jq", "--arch=V A X"], 2),
      (["export", "snaps", "--from-yaml", "/nowhere"], 7), (["export", "snaps", "jq", "--volume-size=1"], 2),
      (["export", "snaps", "jq", "--limit-rate=fast"], 2),
      (["export", "snaps", "nosuch"], 7), (["export", "snaps", "jq", "--channel=17/stable"], 7),
      (["export", "verify", "/nowhere"], 7), (["export", "verify"], 2),
    ] as [([String], Int32)])
  func refusals(arguments: [String], code: Int32) async throws {
    let ending = try await fixture.run(arguments + (arguments[1] == "snaps" ? ["--export-dir", out] : []))
    #expect(ending.code == code, "\(ending.error)")
    #expect(ending.error.hasPrefix("error: ") || ending.error.contains("\nerror: "), "\(ending.error)")
    #expect(exported.isEmpty)
  }

  @Test("an impossible volume size is told before anyone has to log in") func volumeSizeFirst() async throws {
    let ending = try await fixture.run(["export", "store", "--volume-size=1", "acme-devices"], hasToken: false)
    #expect(ending.code == 2)
    #expect(ending.error.contains("larger --volume-size"), "\(ending.error)")
    #expect(ending.prompts.isEmpty)
  }

  @Test("believes no inventory that is missing, empty, cut off or something else, and downloads nothing")
  func inventory()
    async throws
  {
    let file = fixture.folder.path + "/store.inventory"
    let arguments = ["export", "snaps", "hello", "--against", file, "--export-dir", out]
    #expect(try await fixture.run(arguments).code == 7)
    for text in ["", "..", "e30.e30.e30", String(repeating: "a.", count: 100_000), "\u{0}"] {
      try text.write(toFile: file, atomically: true, encoding: .utf8)
      let ending = try await fixture.run(arguments)
      #expect(ending.code == 6, "\(ending.error)")
      #expect(ending.error.contains("snap-proxy inventory"), "\(ending.error)")
    }
    #expect(FileManager.default.fileExists(atPath: out) == false)
  }

  @Test("downloads no faster than it is told to") func limitRate() async throws {
    // 4 KiB at 2 KiB a second.
    let elapsed = try await ContinuousClock().measure {
      _ = try await fixture.output("export", "snaps", "hello", "--limit-rate", "2048", "--export-dir", out)
    }
    #expect(elapsed > .milliseconds(900))
  }

  @Test("verifies without network") func verify() async throws {
    _ = try await fixture.output("export", "snaps", "hello", "--export-dir", out)
    let tarball = try #require(FileManager.default.contentsOfDirectory(atPath: out).first)
    let nowhere = ["STORE_API_URL": "http://127.0.0.1:9"]
    let verified = try await fixture.run(["export", "verify", "\(out)/\(tarball)"], environment: nowhere)
    #expect(verified.code == 0, "\(verified.error)")
    #expect(verified.output.contains("hello revision 2, "))
    #expect(verified.output.hasSuffix("assertions: verified\n"))
    let foreign = try await fixture.run(
      ["export", "verify", "\(out)/\(tarball)"],
      environment: ["STORE_ADMIN_ROOT_KEY": "-CvQKAwRQ5h3Ffn10FILJoEZUXOv6km9FwA80-Rcj-f-6jadQ89VRswHNiEB9Lxk"])
    #expect(foreign.code == 6)
  }
}
