import Assertions
import AssertionsTesting
import BundlesTesting
import Cryptography
import Foundation
import PostgreSQLTesting
import ProcessTesting
import Testing

@Suite("snap-proxy push-store") struct PushStoreTests {
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

  private func tarball(_ bundle: TestStoreBundle = TestStoreBundle()) throws -> String {
    let path = "\(disk.path)/\(UUID().uuidString).tar.gz"
    try bundle.write(to: path, root: root)
    return path
  }

  @Test("prints the documented lines; status and list-pushed-snaps show stores") func lines() async throws {
    let fixture = try await makeStore()
    let pushed = await fixture.run("push-store", try tarball())
    #expect(pushed.code == 0, "\(pushed.error)")
    #expect(
      pushed.output == """
        Uploaded snap and assertions for acme-app revision 12
        Uploaded snap and assertions for acme-app revision 13
        Uploaded snap and assertions for core22 revision 100
        Pushing store acme-base
        Pushing store assertions
        Pushing store acme-devices
        Pushing store assertions
        Updating store allowlists
        Restarting services
        Store admin account imported successfully.

        """)
    #expect(pushed.error.contains("[snap acme-app] needs snapd (snapd), which the store does not have\n"))
    #expect(
      try await fixture.output("list-pushed-snaps") == """
        Name      Stores
        acme-app  acme-base, acme-devices
        core22    acme-devices, ubuntu

        """)
    let status = try await fixture.output("status")
    #expect(
      status.contains(
        """
        Imported Stores:
          acme-base: ACME, brand acme-brand
          acme-devices: ACME devices, brand acme-brand, parent acme-base
        Account Keys:
          \(root.brandKey.id.base64URL): account acme-brand, name brand

        """), "\(status)")
    #expect(try await fixture.output("config", "internal.airgap.store.admin.id") == "acme-admin\n")
    // Pushed again it says the same, and changes nothing.
    let json = try await fixture.output("push-store", try tarball(), "--json").filter { !$0.isWhitespace }
    #expect(json.contains(#""changed":false"#) && !json.contains(#""changed":true"#), "\(json)")
  }

  @Test("refuses outside air-gapped mode, what no pinned root vouches for, an older export, and a snap's tarball")
  func refusals() async throws {
    let fixture = try await makeStore()
    let path = try tarball()
    #expect(await fixture.run("push-store").code == 2)
    #expect(await fixture.run("push-store", "/nowhere.tar.gz").code == 7)
    let snap = "\(disk.path)/jq.tar.gz"
    try TestBundle().write(to: snap, root: root)
    let kind = await fixture.run("push-store", snap)
    #expect(kind.code == 1)
    #expect(kind.error.contains("push-snap"), "\(kind.error)")
    var later = TestStoreBundle()
    later.session = "later"
    later.exportedAt += 3600
    try await fixture.output("push-store", try tarball(later))
    let older = await fixture.run("push-store", path)
    #expect(older.code == 6)
    #expect(older.error.contains("--allow-rollback"), "\(older.error)")
    #expect(await fixture.run("push-store", path, "--allow-rollback").code == 0)
    try await fixture.output("config", "proxy.trust.root-keys=")
    #expect(await fixture.run("push-store", path).code == 6)
    try await fixture.output("disable-airgap-mode")
    #expect(await fixture.run("push-store", path).code == 3)
  }

  @Test("push-snap says when no device sees a snap, since its store was not imported") func unseen() async throws {
    let fixture = try await makeStore()
    let path = "\(disk.path)/jq.tar.gz"
    var bundle = TestBundle()
    bundle.store = TestStoreBundle.deviceView
    try bundle.write(to: path, root: root)
    let note = "[snap jq] is for devices of store acme-devices, which was not imported; no device sees it yet\n"
    let before = await fixture.run("push-snap", path)
    #expect(before.code == 0 && before.error.contains(note), "\(before.error)")
    try await fixture.output("push-store", try tarball())
    #expect(await !fixture.run("push-snap", path).error.contains(note))
    #expect(try await fixture.output("list-pushed-snaps").contains("jq        acme-devices\n"))
  }
}
