import Assertions
import AssertionsTesting
import BundlesTesting
import Cryptography
import Foundation
import Glibc
import ProcessTesting
import Testing

/// Administrators of a store behind the gap, with nothing but the token that was exported with it.
@Suite("Offline administration", .timeLimit(.minutes(10))) struct OfflineAdministrationTests {
  private let root: TestRoot
  private let disk: ScratchDirectory
  private let bundle: TestStoreBundle

  init() throws {
    root = try TestRoot()
    disk = try ScratchDirectory()
    var bundle = TestStoreBundle()
    bundle.issuedAt = Date(timeIntervalSince1970: (Date.now.timeIntervalSince1970 - 3600).rounded())
    bundle.expiresAt = bundle.issuedAt + 365 * 86400
    self.bundle = bundle
  }

  private func withStore(
    _ settings: String..., body: (Host) async throws -> Void
  ) async throws {
    let host = try await Host.make(rootKey: root.rootKey.id.base64URL)
    for setting in settings { try await host.snapProxy("config", setting) }
    try bundle.write(to: disk.path + "/store.tar.gz", root: root)
    try await host.snapProxy("push-store", disk.path + "/store.tar.gz")
    let server = try await host.serve()
    do { try await body(host) } catch {
      server.signal(SIGTERM)
      throw error
    }
    server.signal(SIGTERM)
    #expect(await server.outcome().status == 0)
  }

  private func run(
    _ program: String, _ arguments: [String], home: String, token: String? = nil
  ) async throws -> ProcessOutcome {
    var environment = Programs.environment(home: home)
    environment["STORE_ADMIN_TOKEN"] = token
    return try await Programs.run([program] + arguments, environment: environment)
  }

  @Test("craft-store, unmodified, exchanges the exported token, says who it is and lists overrides")
  func craftStore() async throws {
    try await withStore { host in
      let file = disk.path + "/store.macaroon"
      try (try bundle.token() + "\n").write(toFile: file, atomically: true, encoding: .utf8)
      let python = try await Programs.craftStore.value
      let script = Programs.conformance("craft-store/exchange.py")
      let outcome = try await Programs.run([python, script, host.url, file], environment: host.environment)
      #expect(
        outcome.output == """
          becky@example.com acme-admin ['store_admin'] ['acme-base', 'acme-devices']
          {'overrides': []}
          401 <StoreErrorList: invalid-admin-macaroon>
          401 <StoreErrorList: macaroon-authorization-required>

          """, "\(outcome.errors)")
      #expect(outcome.status == 0)
    }
  }

  @Test("the gateway is what its OpenAPI file says, to requests right and wrong")
  func specification() async throws {
    try await withStore("proxy.trust-forwarded-proto=True") { host in
      // The file's example of a token becomes one that counts.
      let (token, file) = (try bundle.token(), disk.path + "/publishergw-api.yaml")
      let documented = try String(
        contentsOfFile: Programs.documentation("reference/publishergw-api.yaml"), encoding: .utf8)
      let example = try #require(documented.firstMatch(of: /example: \{macaroon: ([A-Za-z0-9_-]+)\}/)).1
      try documented.replacing(example, with: token).write(toFile: file, atomically: true, encoding: .utf8)
      let body = disk.path + "/exchange.json"
      try #"{"macaroon": "\#(token)"}"#.write(toFile: body, atomically: true, encoding: .utf8)
      let answer = try await host.curl(
        ["--fail", "--json", "@\(body)"], "/publishergw/v1/tokens/offline/exchange"
      ).success("exchange")
      let login = try #require(answer.firstMatch(of: /"macaroon":"([^"]+)"/)).1
      try await host.expectConformance(with: file, as: "Authorization: macaroon \(login)")
    }
  }

  @Test("store-admin logs in as documented, says who it is, logs in anew by itself, and out")
  func storeAdmin() async throws {
    try await withStore { host in
      let (home, token) = (try ScratchDirectory(), try bundle.token())
      func storeAdmin(_ arguments: String..., token: String? = nil) async throws -> ProcessOutcome {
        try await run(Programs.storeAdmin, arguments, home: home.path, token: token)
      }
      let login = try await storeAdmin("login", "--offline", host.url, "becky@example.com", token: token)
      #expect(
        login.output == "Exchanging store admin macaroon for a publisher gateway admin macaroon...\n", "\(login.errors)"
      )
      #expect(login.errors.contains("has no TLS"))
      let file = home.path + "/.config/store-admin/credentials.json"
      let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
      #expect(mode == 0o600)
      // The exported token is not kept, only what was given for it.
      #expect(try !String(contentsOfFile: file, encoding: .utf8).contains(token))
      let whoami = try await storeAdmin("whoami").success("whoami")
      #expect(
        whoami.hasPrefix(
          "store: \(host.url)\nemail: becky@example.com\nbrand: acme-brand\nstores: acme-base, acme-devices\nexpires: 20"
        ),
        "\(whoami)")
      // A change of the secret ends all logins; the exported token is still good.
      try await host.snapProxy("config", "proxy.auth.secret=" + Data(repeating: 9, count: 32).base64EncodedString())
      let ended = try await storeAdmin("whoami")
      #expect(ended.status == 4)
      #expect(ended.errors.contains("STORE_ADMIN_TOKEN"), "\(ended.errors)")
      #expect(try await storeAdmin("whoami", token: token).status == 0)
      #expect(try await storeAdmin("whoami").status == 0)
      #expect(try await storeAdmin("logout").output == "Logged out of \(host.url)\n")
      #expect(try await storeAdmin("whoami").status == 4)
    }
  }

  @Test("store-admin tells a wrong token, and somebody else's, from each other, and prints no token")
  func refusals() async throws {
    try await withStore { host in
      let home = try ScratchDirectory()
      var other = bundle
      other.session = "another"
      for (email, token, word) in [
        ("becky@example.com", try other.token(), "exported token"),
        ("mallory@example.com", try bundle.token(), "mallory"),
      ] {
        let outcome = try await run(
          Programs.storeAdmin, ["login", "--offline", host.url, email], home: home.path, token: token)
        #expect(outcome.status == 4, "\(outcome.errors)")
        #expect(outcome.errors.contains(word), "\(outcome.errors)")
        #expect(!outcome.errors.contains("add-admin"), "\(outcome.errors)")
        #expect(!(outcome.output + outcome.errors).contains(token))
      }
    }
  }

  @Test("snapstore-client overrides with the exported token where the single sign-on service is out of reach")
  func snapStoreClient() async throws {
    try await withStore { host in
      let (home, token) = (try ScratchDirectory(), try bundle.token())
      func client(_ arguments: String..., token: String? = nil) async throws -> ProcessOutcome {
        try await run(Programs.snapStoreClient, arguments, home: home.path, token: token)
      }
      let login = try await client("login", host.url, token: token)
      #expect(login.output == "Login successful.\n", "\(login.errors)")
      #expect(try await client("override", "acme-app", "stable=13").output == "acme-app stable amd64 13\n")
      #expect(try await client("list-overrides", "acme-app").output.hasPrefix("acme-app stable amd64 13"))
      let whoami = try await client("whoami").output
      #expect(whoami.contains("email: becky@example.com\nbrand: acme-brand\nexpires: "), "\(whoami)")
      #expect(try await host.snapProxy("overrides", "history").contains("becky@example.com"))
      try await host.snapProxy("config", "proxy.auth.secret=" + Data(repeating: 9, count: 32).base64EncodedString())
      #expect(try await client("list-overrides").status == 4)
      #expect(try await client("list-overrides", token: token).status == 0)
    }
  }
}
