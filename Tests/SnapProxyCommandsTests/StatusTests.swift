import Foundation
import PostgreSQL
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
    #expect(ending.code == 5)
    #expect(ending.error.contains("error: cannot reach PostgreSQL at 127.0.0.1"), "\(ending.error)")
    let json = await fixture.run("status", "--json")
    #expect(json.code == 5)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect((object["database"] as? String)?.hasPrefix("not ok (") == true)
  }

  @Test("a database of a newer version is told with exit code 3") func newerSchema() async throws {
    let fixture = try await ProgramFixture.make()
    try await fixture.output("status")
    try fixture.database.psql("INSERT INTO schema_migration VALUES (9999, 'Future', 'digest')")
    let ending = await fixture.run("status")
    #expect(ending.code == 3, "\(ending.error)")
    #expect(ending.output.contains("Store DB: not ok (cannot use the database: its schema is version 9999"))
    #expect(ending.error.contains("upgrade this program"), "\(ending.error)")
  }

  @Test("a database that is not there is told with exit code 3") func missingDatabase() async throws {
    let fixture = try await ProgramFixture.make(isConnected: false)
    let text = fixture.database.connectionString.text.replacing(fixture.database.name, with: "no_such_database")
    try UnitConfiguration.update(in: StateDirectory(path: fixture.folder.path)) { $0[.databaseConnection] = text }
    let ending = await fixture.run("status")
    #expect(ending.code == 3, "\(ending.error)")
    #expect(ending.output.contains("Store DB: not ok (cannot open database 'no_such_database'"), "\(ending.output)")
  }

  @Test("warns, also in JSON, where devices cannot reach the proxy at its registered address") func warnings()
    async throws
  {
    let fixture = try await ProgramFixture.make()
    try await fixture.output(
      "config", "internal.store.url=https://snaps.internal:8443", "proxy.domain=other.internal",
      "proxy.port.https=8443")
    let text = try await fixture.output("status")
    #expect(
      text.contains(
        """
        Warning: proxy.domain is other.internal, but devices use the registered address https://snaps.internal:8443: \
        set proxy.domain=snaps.internal, or register again
        Warning: devices use the registered address https://snaps.internal:8443, but there is no certificate: \
        run 'snap-proxy import-certificate'

        """), "\(text)")
    let json = try await fixture.output("status", "--json")
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    #expect((object["warnings"] as? [String])?.count == 2)
    try await fixture.output("config", "proxy.domain=snaps.internal")
    try await fixture.output("import-certificate", "--selfsigned")
    #expect(!(try await fixture.output("status")).contains("Warning"))
    let removed = await fixture.run("remove-certificate")
    #expect(removed.output == "HTTPS is off\n")
    #expect(removed.error.contains("Warning: devices use the registered address https://snaps.internal:8443"))
    #expect(try await fixture.output("remove-certificate") == "HTTPS was off already: there was no certificate\n")
  }
}
