import Cryptography
import PostgreSQL
import PostgreSQLTesting
import ProcessTesting
import ProxyState
import Testing

@Suite("snap-proxy config") struct ConfigTests {
  @Test("sets several, prints one raw for scripts and with its name for people, several with their names")
  func setAndGet() async throws {
    let fixture = try await ProgramFixture.make()
    let set = try await fixture.output("config", "proxy.domain=snaps.internal", "proxy.port.http=8080")
    #expect(set == "proxy.domain: snaps.internal\nproxy.port.http: 8080\n")
    #expect(try await fixture.output("config", "proxy.domain") == "snaps.internal\n")
    let interactive = await fixture.run("config", "proxy.domain", isInteractive: true)
    #expect(interactive.output == "proxy.domain: snaps.internal\n")
    #expect(
      try await fixture.output("config", "proxy.port.http", "proxy.domain")
        == "proxy.port.http: 8080\nproxy.domain: snaps.internal\n")
    _ = try await fixture.output("config", "proxy.domain=")
    #expect(try await fixture.output("config", "proxy.domain") == "localhost\n")
  }

  @Test("warns where the certificate does not cover proxy.domain, whichever of the two was set last")
  func otherHost() async throws {
    let fixture = try await ProgramFixture.make()
    let certificate = try ServerCertificate.selfSigned(for: "a.internal")
    let (chain, key) = ("proxy.tls.cert=\(certificate.pem)", "proxy.tls.key=\(certificate.key)")
    let warning =
      "Warning: the certificate does not cover proxy.domain: it is for a.internal, and devices use b.internal\n"
    let together = await fixture.run("config", "proxy.domain=a.internal", chain, key)
    #expect(together.code == 0 && together.error.isEmpty, "\(together.error)")
    let domain = await fixture.run("config", "proxy.domain=b.internal")
    #expect(domain.code == 0 && domain.error == warning, "\(domain.error)")
    let again = await fixture.run("config", chain, key)
    #expect(again.code == 0 && again.error == warning, "\(again.error)")
    let other = await fixture.run("config", "proxy.airgap=True")
    #expect(other.error.isEmpty, "\(other.error)")
  }

  @Test("lists every key, and no secret") func list() async throws {
    let fixture = try await ProgramFixture.make()
    let secret = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
    let set = await fixture.run("config", "proxy.auth.secret=\(secret)")
    #expect(set.code == 0)
    #expect(!(set.output + set.error).contains(secret))
    let list = try await fixture.output("config")
    #expect(list.split(separator: "\n").count >= ConfigurationKey.all.count)
    #expect(!list.contains(secret))
    #expect(list.contains("proxy.auth.secret: <"))
    #expect(!(try await fixture.output("config", "--json")).contains(secret))
    // Whoever names it wants it.
    #expect(try await fixture.output("config", "proxy.auth.secret") == secret + "\n")
  }

  @Test("the documented lines of a backup save every secret, from the first command on") func backupLines() async throws
  {
    let fixture = try await ProgramFixture.make()
    try await fixture.output("generate-keys")
    try await fixture.output("import-certificate", "--selfsigned")
    let saved = [
      "proxy.device-auth.secret", "proxy.auth.secret", "proxy.key.private", "proxy.tls.key",
    ]
    for key in saved { #expect(try await fixture.output("config", key).count > 40, "\(key)") }
    // A new secret needs a line of its own in the documentation.
    let names = try await fixture.output("config").split(separator: "\n").filter { $0.hasSuffix(": <redacted>") }
      .map { String($0.dropLast(": <redacted>".count)) }
    #expect(Set(names) == Set(saved))
  }

  @Test("of a key that is not set, standard output has nothing and standard error a note") func unset() async throws {
    let fixture = try await ProgramFixture.make()
    for isInteractive in [false, true] {
      let ending = await fixture.run("config", "proxy.tls.key", isInteractive: isInteractive)
      #expect(ending.code == 0)
      #expect(ending.output.isEmpty)
      #expect(ending.error == "proxy.tls.key is not set\n")
    }
    let several = await fixture.run("config", "proxy.key.public", "proxy.domain", "proxy.key.private")
    #expect(several.code == 0)
    #expect(several.output == "proxy.domain: localhost\n")
    #expect(several.error == "proxy.key.public is not set\nproxy.key.private is not set\n")
    let json = await fixture.run("config", "proxy.tls.key", "--json")
    #expect(json.output.contains("\"proxy.tls.key\" : null"), "\(json.output)")
  }

  @Test("carries everything that is set through YAML") func yaml() async throws {
    let (old, new) = (try await ProgramFixture.make(), try await ProgramFixture.make(isConnected: false))
    try await old.output("config", "proxy.domain=snaps.internal", "proxy.airgap=true", "proxy.port.http=81")
    let text = try await old.output("config", "--export-yaml")
    #expect(text.contains("proxy.domain: snaps.internal\n"))
    #expect(text.contains("proxy.db.connection: "))
    let imported = await new.run("config", "--import-yaml", input: text)
    #expect(imported.code == 0, "\(imported.error)")
    #expect(try await new.output("config", "--export-yaml") == text)
    #expect(try await new.output("config", "proxy.airgap") == "True\n")
  }

  @Test(
    "refuses what it cannot take, changes nothing, and says so",
    arguments: [
      (["proxy.nonsense"], 2, "there is no configuration key 'proxy.nonsense'"),
      (["proxy.domain=snaps.internal", "proxy.port.http=http"], 2, "proxy.port.http"),
      (["proxy.domain=snaps.internal", "proxy.airgap"], 2, "'proxy.airgap' sets nothing"),
      (["proxy.domain=snaps.internal", "proxy.hsm.token-pin=1234"], 3, "signs no serials"),
      (["proxy.domain=snaps.internal", "proxy.storage.backend=s3"], 3, "state directory"),
      (["--import-yaml", "proxy.domain=a"], 2, "takes no settings"),
    ] as [([String], Int32, String)])
  func refusals(arguments: [String], code: Int32, reason: String) async throws {
    let fixture = try await ProgramFixture.make()
    let ending: ProgramFixture.Ending =
      switch arguments.count {
      case 1: await fixture.run("config", arguments[0])
      default: await fixture.run("config", arguments[0], arguments[1])
      }
    #expect(ending.code == code, "\(ending.error)")
    #expect(ending.error.contains(reason), "\(ending.error)")
    #expect(try await fixture.output("config", "proxy.domain") == "localhost\n")
  }

  @Test(
    "refuses a document that is none", arguments: ["- a\n- b\n", "{", "proxy.nonsense: x\n", "proxy.domain: [a]\n"])
  func badDocument(text: String) async throws {
    let fixture = try await ProgramFixture.make()
    #expect(await fixture.run("config", "--import-yaml", input: text).code == 2)
  }

  /// A role that needs a password.
  private func connection(_ fixture: ProgramFixture) throws -> String {
    let role = fixture.database.name.replacing("test_", with: "r_")
    try fixture.database.psql("CREATE ROLE \(role) SUPERUSER LOGIN IN ROLE by_password PASSWORD 's3cret'")
    let host = try fixture.database.psql("SHOW unix_socket_directories")
    return "host=\(host) user=\(role) dbname=\(fixture.database.name)"
  }

  @Test("asks for the database's password three times, and keeps one that works") func password() async throws {
    let fixture = try await ProgramFixture.make(isConnected: false)
    let text = try connection(fixture)
    let right = await fixture.run(
      "config", "proxy.db.connection=\(text)", answers: ["wrong", "s3cret"], isInteractive: true)
    #expect(right.code == 0, "\(right.error)")
    #expect(right.prompts.count == 2)
    #expect(right.prompts.last?.contains("(attempt 2 of 3)") == true)
    #expect(right.error.contains("Configured database for "))
    #expect(!(right.output + right.error).contains("s3cret"))
    #expect(!(try await fixture.output("config")).contains("s3cret"))
    #expect(try await fixture.output("status").contains("Store DB: ok\n"))
  }

  @Test("another database takes over what was configured, with the secrets, and the private one is stopped")
  func carriesOver() async throws {
    let fixture = try await ProgramFixture.make(isConnected: false)
    let server = PrivatePostgreSQL(directory: StateDirectory(path: fixture.folder.path))
    try Watchdog.run(
      """
      kill -QUIT "$(head -n 1 "$1/data/postmaster.pid")"; rm -rf "$2"
      """, [StateDirectory(path: fixture.folder.path).postgresql, fixture.folder.path])
    do {
      try await fixture.output("config", "proxy.domain=snaps.internal")
      let secret = try await fixture.output("config", "proxy.device-auth.secret")
      #expect(server.isRunning)
      let change = await fixture.run("config", "proxy.db.connection=\(fixture.database.connectionString.text)")
      #expect(change.code == 0, "\(change.error)")
      #expect(change.error.contains("Stopped the private PostgreSQL;"), "\(change.error)")
      #expect(!server.isRunning)
      #expect(try await fixture.output("config", "proxy.domain") == "snaps.internal\n")
      #expect(try await fixture.output("config", "proxy.device-auth.secret") == secret)
      #expect(!server.isRunning)
    } catch {
      _ = try? await server.stop()
      throw error
    }
  }

  @Test("gives up after three wrong passwords, and keeps what it had") func wrongPassword() async throws {
    let fixture = try await ProgramFixture.make(isConnected: false)
    let text = try connection(fixture)
    let wrong = await fixture.run(
      "config", "proxy.db.connection=\(text)", answers: ["a", "b", "c", "d"], isInteractive: true)
    #expect(wrong.code != 0)
    #expect(wrong.prompts.count == 3)
    #expect(try UnitConfiguration.load(from: StateDirectory(path: fixture.folder.path))[.databaseConnection] == nil)
  }
}
