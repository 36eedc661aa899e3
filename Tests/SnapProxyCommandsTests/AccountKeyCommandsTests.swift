import Assertions
import AssertionsTesting
import Cryptography
import Foundation
import PostgreSQLTesting
import ProcessTesting
import Testing

@Suite("snap-proxy push-account-keys") struct AccountKeyCommandsTests {
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

  private func file(_ assertions: [Assertion]) throws -> String {
    let path = "\(disk.path)/\(UUID().uuidString).assert"
    try Data(Assertion.encodeStream(assertions)).write(to: URL(filePath: path))
    return path
  }

  @Test("says what it did with each key, and status lists those that are not the root's") func lines() async throws {
    let fixture = try await makeStore()
    let path = try file(try root.brandFoundation())
    let brand = "account-key \(root.brandKey.id.base64URL) (brand, acme-brand)"
    let first = try await fixture.output("push-account-keys", path)
    #expect(first.split(separator: "\n").last ?? "" == "Pushed \(brand)")
    #expect(try await fixture.output("push-account-keys", path).contains("Unchanged \(brand)\n"))
    let status = try await fixture.output("status")
    #expect(
      status.contains("Account Keys:\n  \(root.brandKey.id.base64URL): account acme-brand, name brand\nInternal"),
      "\(status)")
    let ended = try root.accountKey(
      root.brandKey, of: TestRoot.brandID, name: "brand", extra: ["revision": "1", "until": TestRoot.timestamp])
    let input = String(decoding: ended.encoded, as: UTF8.self)
    let piped = await fixture.run("push-account-keys", "-", input: input)
    #expect(piped.output == "Pushed \(brand)\n", "\(piped.error)")
    #expect(try await fixture.output("status").contains("name brand, until 2026-01-01T00:00:00Z\n"))
    #expect(try await fixture.output("push-account-keys", path).contains("Kept the newer revision of \(brand)\n"))
    let json = try await fixture.output("push-account-keys", path, "--json").filter { !$0.isWhitespace }
    #expect(json.contains(#""account":"acme-brand","change":"outdated""#), "\(json)")
    #expect(try await fixture.output("status", "--json").contains("2026-01-01T00:00:00Z"))
  }

  @Test("refuses outside air-gapped mode, without a file, and what leads to no pinned root") func refusals()
    async throws
  {
    let fixture = try await makeStore()
    let path = try file(try root.brandFoundation())
    #expect(await fixture.run("push-account-keys").code == 2)
    #expect(await fixture.run("push-account-keys", "/nowhere").code == 7)
    try await fixture.output("config", "proxy.trust.root-keys=")
    #expect(await fixture.run("push-account-keys", path).code == 6)
    try await fixture.output("disable-airgap-mode")
    let online = await fixture.run("push-account-keys", path)
    #expect(online.code == 3)
    #expect(online.error.contains("enable-airgap-mode"))
    #expect(try fixture.database.psql("SELECT count(*) FROM assertion") == "0")
  }
}
