import Assertions
import AssertionsTesting
import BundlesTesting
import Cryptography
import Foundation
import PostgreSQLTesting
import ProcessTesting
import Testing

@Suite("snap-proxy push-snap and what follows") struct SnapCommandsTests {
  private let root: TestRoot
  private let disk: ScratchDirectory

  init() throws {
    root = try TestRoot()
    disk = try ScratchDirectory()
  }

  private func makeStore() async throws -> ProgramFixture {
    let fixture = try await ProgramFixture.make()
    try await fixture.output("config", "proxy.trust.root-keys=\(root.rootKey.id.base64URL)", "proxy.airgap=True")
    return fixture
  }

  private func tarball(_ bundle: TestBundle) throws -> String {
    let path = "\(disk.path)/\(UUID().uuidString).tar.gz"
    try bundle.write(to: path, root: root)
    return path
  }

  @Test("takes stock into a file that only its owner reads, and says what hinders it") func inventory() async throws {
    let fixture = try await makeStore()
    try await fixture.output("push-snap", try tarball(TestBundle(revisions: [6, 7])))
    let path = disk.path + "/store.inventory"
    let said = try await fixture.output("inventory", path)
    #expect(said.contains("1 snap with 2 revisions") && said.contains("Signed by "), "\(said)")
    #expect(try Shell.run(["stat", "-c", "%a", path]) == "600")
    #expect(try await fixture.output("inventory", "-").split(separator: ".").count == 3)
    let nowhere = await fixture.run("inventory", disk.path + "/no/such/folder/file")
    #expect(nowhere.code == 1)
    #expect(nowhere.error.contains("cannot write"), "\(nowhere.error)")
    #expect(nowhere.error.contains("make the folder first"), "\(nowhere.error)")
    #expect(await fixture.run("inventory", "-", "--json").code == 2)
    #expect(await fixture.run("inventory", path, "--store", "nobodys").code == 7)
    #expect(await fixture.run("inventory").code == 2)
  }

  @Test("prints the documented lines, and what the snap lacks") func lines() async throws {
    let fixture = try await makeStore()
    var bundle = TestBundle(revisions: [6, 7])
    bundle.snapYAML = "base: core22\n"
    let pushed = await fixture.run("push-snap", try tarball(bundle))
    #expect(pushed.code == 0, "\(pushed.error)")
    #expect(
      pushed.output == """
        [snap jq] Uploaded snap blob and assertions for jq revision 6
        [snap jq] Uploaded snap blob and assertions for jq revision 7
        [snap jq] Channelmaps were successfully updated.

        """)
    #expect(pushed.error.contains("[snap jq] needs core22 (base), which the store does not have\n"))
    #expect(pushed.error.contains("[snap jq] needs snapd (snapd), which the store does not have\n"))
    #expect(try await fixture.output("list-pushed-snaps") == "Name  Stores\njq    ubuntu\n")
  }

  @Test("says which channels keep what they hold") func kept() async throws {
    let fixture = try await makeStore()
    try await fixture.output("push-snap", try tarball(TestBundle(revisions: [6])))
    let update = try tarball(TestBundle(revisions: [7]))
    let kept = await fixture.run("push-snap", update)
    #expect(kept.error.contains("latest/stable amd64 keeps what it holds; --push-channel-map changes it"))
    let replaced = await fixture.run("push-snap", update, "--push-channel-map")
    #expect(!replaced.error.contains("keeps"))
    let json = try await fixture.output("push-snap", update, "--json")
    #expect(json.contains(#""changed" : false"#), "\(json)")
  }

  @Test("refuses outside air-gapped mode, without a file, and what no pinned root vouches for") func refusals()
    async throws
  {
    let fixture = try await makeStore()
    let path = try tarball(TestBundle())
    #expect(await fixture.run("push-snap").code == 2)
    #expect(await fixture.run("push-snap", "/nowhere.tar.gz").code == 7)
    try await fixture.output("config", "proxy.trust.root-keys=")
    let foreign = await fixture.run("push-snap", path)
    #expect(foreign.code == 6)
    #expect(foreign.error.contains("root"), "\(foreign.error)")
    try await fixture.output("disable-airgap-mode")
    let online = await fixture.run("push-snap", path)
    #expect(online.code == 3)
    #expect(online.error.contains("enable-airgap-mode"))
    #expect(try fixture.database.psql("SELECT count(*) FROM snap") == "0")
  }

  @Test("stops at a bad tarball; those before it stay") func several() async throws {
    let fixture = try await makeStore()
    let (good, bad) = (try tarball(TestBundle("htop", revisions: [1])), try tarball(TestBundle()))
    try #require(truncate(bad, 3000) == 0)
    let ending = await fixture.run("push-snap", good, bad)
    #expect(ending.code == 6)
    #expect(ending.error.contains(bad), "\(ending.error)")
    #expect(try await fixture.output("list-pushed-snaps") == "Name  Stores\nhtop  ubuntu\n")
  }

  @Test("removes a revision, then the snap, and says what became free") func remove() async throws {
    let fixture = try await makeStore()
    try await fixture.output("push-snap", try tarball(TestBundle(revisions: [6, 7], fileSize: 2_000_000)))
    let one = await fixture.run("remove-snap", "jq", "7")
    #expect(one.output == "Removed jq revision 7, 2.0 MB freed\n", "\(one.output)")
    #expect(one.error.contains("latest/stable amd64 is closed now"))
    #expect(await fixture.run("remove-snap", "jq", "7").code == 7)
    #expect(await fixture.run("remove-snap", "nothing").code == 7)
    #expect(try await fixture.output("remove-snap", "jq") == "Removed jq, 2.0 MB freed\n")
    #expect(try await fixture.output("disk-usage").contains("0 files"))
  }

  @Test("prunes what no channel holds, and asks how much to keep") func prune() async throws {
    let fixture = try await makeStore()
    let bundle = TestBundle(revisions: [1, 2, 3, 4], channels: ["latest/stable amd64": 1], fileSize: 1_000_000)
    try await fixture.output("push-snap", try tarball(bundle))
    #expect(await fixture.run("prune").code == 2)
    #expect(await fixture.run("prune", "--keep", "0").code == 2)
    #expect(
      try await fixture.output("prune", "--keep", "2")
        == "Removed jq revision 2\n1 files removed, 1.0 MB freed\n")
    #expect(try await fixture.output("list-pushed-snaps", "--json").filter { !$0.isWhitespace }.contains("[1,3,4]"))
  }

  @Test("tells the room that snaps take") func diskUsage() async throws {
    let fixture = try await makeStore()
    try await fixture.output("push-snap", try tarball(TestBundle(revisions: [6], fileSize: 3_000_000)))
    let usage = try await fixture.output("disk-usage")
    #expect(usage.hasPrefix("Name  Revisions    Size\njq            1  3.0 MB\n1 files, 3.0 MB; "), "\(usage)")
  }

  @Test("completes the names of pushed snaps") func completion() async throws {
    let fixture = try await makeStore()
    try await fixture.output("push-snap", try tarball(TestBundle()))
    #expect(try await fixture.output("__complete", "pushed-snaps", "") == "jq\n")
  }
}
