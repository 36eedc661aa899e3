import Foundation
import PostgreSQLTesting
import ProcessTesting
import ProxyState
import Testing

@Suite("snap-proxy status") struct StatusTests {
  @Test("has the documented lines") func lines() async throws {
    let fixture = try await ProgramFixture.make()
    try await fixture.output("config", "proxy.domain=snaps.internal", "proxy.port.http=20001")
    #expect(
      try await fixture.output("status") == """
        Store URL: http://snaps.internal:20001
        Store DB: ok
        Store ID: not registered
        Internal Service Status:
          snapproxy: not running: nothing listens on [::]:20001

        """)
    #expect(try await fixture.output("enable-airgap-mode") == "Store is in air-gapped mode\n")
    #expect(try await fixture.output("status").contains("Store is in air-gapped mode\n"))
    #expect(try await fixture.output("disable-airgap-mode") == "Store is in online mode\n")
    #expect(!(try await fixture.output("status")).contains("air-gapped"))
  }

  @Test("knows no mode that was neither audited nor announced") func halfSwitched() async throws {
    let fixture = try await ProgramFixture.make()
    try await fixture.output("status")
    try fixture.database.psql("ALTER TABLE audit ADD CONSTRAINT full_disk CHECK (action <> 'enable-airgap-mode')")
    #expect(await fixture.run("enable-airgap-mode").code != 0)
    #expect(!(try await fixture.output("status")).contains("air-gapped"))
    try fixture.database.psql("ALTER TABLE audit DROP CONSTRAINT full_disk")
    let before = try fixture.database.psql("SELECT generation FROM catalogue_state")
    try await fixture.output("enable-airgap-mode")
    #expect(try fixture.database.psql("SELECT generation > \(before) FROM catalogue_state") == "t")
    #expect(try fixture.database.psql("SELECT action FROM audit") == "enable-airgap-mode")
  }

  @Test("has the same as JSON") func json() async throws {
    let fixture = try await ProgramFixture.make()
    let text = try await fixture.output("status", "--json")
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(object["database"] as? String == "ok")
    #expect(object["isAirgapped"] as? Bool == false)
    #expect(object["snaps"] as? Int == 0)
  }

  @Test("says why the database does not answer, and no password") func noDatabase() async throws {
    let fixture = try await ProgramFixture.make(isConnected: false)
    try UnitConfiguration.update(in: StateDirectory(path: fixture.folder.path)) {
      $0[.databaseConnection] = "host=127.0.0.1 port=9 user=u password=hunter2 dbname=d"
    }
    let ending = await fixture.run("status")
    #expect(ending.output.contains("Store DB: not ok ("), "\(ending.output)\(ending.error)")
    #expect(ending.output.contains("127.0.0.1"))
    #expect(!(ending.output + ending.error).contains("hunter2"))
  }
}
