import Cryptography
import Foundation
import HTTPClient
import Macaroons
import PostgreSQL
import PostgreSQLTesting
import ProxyState
import StoreAPI
import StoreModel
import Testing

@testable import ProxyServer

/// The REST API against a store on a real database.
@Suite("Overrides API") struct OverridesAPITests {
  private let sso: SimulatedSignOn

  init() throws { sso = try SimulatedSignOn() }

  private struct Stage {
    let store: ProxyStore
    let url: String
    let sso: SimulatedSignOn
    let client: HTTPClient

    func login(_ account: SimulatedSignOn.Account = .init()) async throws -> String {
      let response = try await client.send(HTTPRequest(method: "POST", url: url + "/v2/auth/issue-store-admin"))
      let root = try JSONDecoder().decode(MacaroonResponse.self, from: Data(response.body)).macaroon
      return try Macaroon.authorization(root: root, discharge: try sso.discharge(root, account))
    }

    func send(
      _ method: String, _ path: String, _ body: String? = nil, as authorization: String?,
      headers: [(String, String)] = [("X-Ubuntu-Series", "16")]
    ) async throws -> HTTPResponse {
      try await client.send(
        HTTPRequest(
          method: method, url: url + path, headers: headers + (authorization.map { [("Authorization", $0)] } ?? []),
          body: body.map { Array($0.utf8) }))
    }
  }

  private func withStage(_ body: @escaping @Sendable (Stage) async throws -> Void) async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "snap-proxy-\(UUID())")
    defer { try? FileManager.default.removeItem(at: directory) }
    let database = try await TestDatabase.make()
    let store = try await ProxyStore.open(
      StateDirectory(path: directory.path), database: ConnectionPool(database.connectionString))
    var fixture = SnapFixture("jq", channels: ["latest/stable amd64 5", "latest/stable arm64 6"])
    fixture.unreleased = ["3 amd64", "4 arm64"]
    let snap = try fixture.snap()
    try await store.database.transaction { transaction in
      _ = try await store.catalogue.importSnap(
        SnapImport(
          id: snap.id, name: snap.name, stores: ["ubuntu"], details: snap.details, icon: nil,
          revisions: Array(snap.revisions.values), channelMap: snap.channelMap.mapValues(\.revision)),
        replacingChannelMap: true, in: transaction)
    }
    try await store.configuration.set([.airgap: "True", .singleSignOnKey: sso.key.publicKey.pem])
    _ = try await store.administrators.add("becky@example.com", by: "root")
    try await store.serving { url, client in
      try await body(Stage(store: store, url: url, sso: sso, client: client))
    }
    await store.close()
  }

  private static func overrides(_ response: HTTPResponse) throws -> [String] {
    #expect(response.status == 200, "\(response.text)")
    #expect(response.headers["content-type"] == "application/json")
    return try JSONDecoder().decode(OverridesResponse.self, from: Data(response.body)).overrides.map(\.listLine)
  }

  @Test("sets, lists and removes as documented, and devices get it within a second")
  func walk() async throws {
    try await withStage { stage in
      let becky = try await stage.login()
      let set = try await stage.send(
        "POST", "/v2/metadata/overrides",
        #"[{"snap_name": "jq", "revision": 3, "channel": "stable", "series": "16"}]"#, as: becky)
      #expect(try Self.overrides(set) == ["jq stable amd64 3 (upstream 5)"])
      let listed = try await stage.send("GET", "/v2/metadata/overrides/jq", as: becky)
      #expect(try Self.overrides(listed) == ["jq stable amd64 3 (upstream 5)"])
      let exact = try #require(try JSONSerialization.jsonObject(with: Data(listed.body)) as? [String: [[String: Any]]])
      #expect(
        Set(exact["overrides"]?.first?.keys.map { $0 } ?? []) == [
          "snap_id", "snap_name", "revision", "upstream_revision", "channel", "architecture", "series",
        ])
      let deadline = ContinuousClock.now + .seconds(120)
      var shown = ""
      while ContinuousClock.now < deadline {
        shown = try await stage.send("GET", "/v2/snaps/info/jq?architecture=amd64&fields=revision", as: nil).text
        if shown.contains(#""revision":3"#) { break }
        try await Task.sleep(for: .milliseconds(20))
      }
      #expect(shown.contains(#""revision":3"#))
      let removed = try await stage.send(
        "POST", "/v2/metadata/overrides",
        #"[{"snap_name": "jq", "revision": null, "channel": "stable", "series": "16"}]"#, as: becky)
      #expect(try Self.overrides(removed) == ["jq stable amd64 is tracking upstream (revision 5)"])
      #expect(try Self.overrides(try await stage.send("GET", "/v2/metadata/overrides", as: becky)) == [])
      #expect(
        try await stage.store.overrides.history().map(\.author.name) == ["becky@example.com", "becky@example.com"])
    }
  }

  @Test("changes nothing where one wish of several cannot be fulfilled")
  func allOrNothing() async throws {
    try await withStage { stage in
      let response = try await stage.send(
        "POST", "/v2/metadata/overrides",
        """
        [{"snap_name": "jq", "revision": 3, "channel": "stable", "series": "16"},
         {"snap_name": "jq", "revision": 99, "channel": "edge", "series": "16"}]
        """, as: try await stage.login())
      #expect(response.status == 404)
      #expect(response.text.contains("error_list"))
      #expect(try await stage.store.overrides.current().isEmpty)
    }
  }

  @Test("lets in nobody without a login, and says what would help")
  func logins() async throws {
    try await withStage { stage in
      let path = "/v2/metadata/overrides/jq"
      let nobody = try await stage.send("GET", path, as: nil)
      #expect(nobody.status == 401)
      #expect(nobody.headers["www-authenticate"] == "Macaroon realm=\"snap-proxy\"")
      let over = try await stage.login(.init(expires: Date() - 60))
      let expired = try await stage.send("GET", path, as: over)
      #expect(expired.status == 401)
      #expect(expired.headers["www-authenticate"] == "Macaroon needs_refresh=1")
      let stranger = try await stage.login(.init(email: "mallory@example.com"))
      let refused = try await stage.send("GET", path, as: stranger)
      #expect(refused.status == 403)
      #expect(refused.text.contains("mallory@example.com is not an administrator of this store."))
      let becky = try await stage.login()
      #expect(try await stage.send("GET", path, as: becky).status == 200)
      try await stage.store.administrators.remove("becky@example.com", by: "root")
      #expect(try await stage.send("GET", path, as: becky).status == 403)
      _ = try await stage.store.administrators.add("becky@example.com", by: "root")
      #expect(try await stage.send("GET", path, as: becky).status == 200)
      // Another secret logs everyone out.
      try await stage.store.configuration.set([
        .authenticationSecret: Data([UInt8](repeating: 7, count: 32)).base64EncodedString()
      ])
      #expect(try await stage.send("GET", path, as: becky).status == 401)
    }
  }

  @Test("gives no login while the single sign-on service's key is not set")
  func notConfigured() async throws {
    try await withStage { stage in
      try await stage.store.configuration.set([.singleSignOnKey: nil])
      let response = try await stage.send("POST", "/v2/auth/issue-store-admin", as: nil)
      #expect(response.status == 503)
      #expect(response.text.contains("sso-not-configured"))
    }
  }

  @Test("slows down who tries again and again")
  func bruteForce() async throws {
    try await withStage { stage in
      var last = 0
      for _ in 0..<30 {
        last = try await stage.send("GET", "/v2/metadata/overrides/jq", as: "Macaroon root=x").status
      }
      #expect(last == 429)
      // Behind a load balancer all have one address: who logs in rightly is let in all the same.
      let becky = try await stage.login()
      #expect(try await stage.send("GET", "/v2/metadata/overrides/jq", as: becky).status == 200)
    }
  }

  @Test("says what would change, and changes nothing") func plan() async throws {
    try await withStage { stage in
      let becky = try await stage.login()
      let wish = #"[{"snap_name": "jq", "revision": 3, "channel": "stable", "series": "16"}]"#
      #expect(try await stage.send("POST", "/v2/metadata/override-plan", wish, as: nil).status == 401)
      let planned = try await stage.send("POST", "/v2/metadata/override-plan", wish, as: becky)
      #expect(try Self.overrides(planned) == ["jq stable amd64 3 (upstream 5)"])
      let listed = try await stage.send("GET", "/v2/metadata/overrides/jq", as: becky)
      #expect(try Self.overrides(listed) == [])
    }
  }

  @Test("takes a revision as a text, as the files of overrides do, and names the text that is none") func quoted()
    throws
  {
    func body(_ revision: String) -> [UInt8] {
      Array(#"[{"snap_name": "jq", "revision": \#(revision), "channel": "stable", "series": "16"}]"#.utf8)
    }
    #expect(try PostOverrides.wishes(body(#""3""#)) == PostOverrides.wishes(body("3")))
    #expect {
      try PostOverrides.wishes(body(#""03""#))
    } throws: { "\($0)".contains("'03' is not a revision") }
  }

  @Test(
    "refuses bodies that are not as documented",
    arguments: [
      "", "{}", "[]", "[1]", #"[{"snap_name": "jq"}]"#,
      #"[{"snap_name": "jq", "channel": "stable", "series": "16"}]"#,
      #"[{"snap_name": "jq", "revision": 3, "channel": "stable", "series": "16", "more": 1}]"#,
      #"[{"snap_name": "jq", "revision": 3, "channel": "stable", "series": "18"}]"#,
      #"[{"snap_name": "jq", "revision": 0, "channel": "stable", "series": "16"}]"#,
      #"[{"snap_name": "jq", "revision": "03", "channel": "stable", "series": "16"}]"#,
      #"[{"snap_name": "jq", "revision": 3.5, "channel": "stable", "series": "16"}]"#,
      #"[{"snap_name": "jq/..", "revision": 3, "channel": "stable", "series": "16"}]"#,
      #"[{"snap_name": "jq", "revision": 3, "channel": "a/b/c/d", "series": "16"}]"#,
    ])
  func malformed(body: String) {
    #expect(throws: ProtocolError.self) { try PostOverrides.wishes(Array(body.utf8)) }
  }
}
