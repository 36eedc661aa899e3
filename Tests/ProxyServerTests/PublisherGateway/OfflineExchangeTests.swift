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

/// The exchange against a store on a real database.
@Suite("Offline exchange") struct OfflineExchangeTests {
  private struct Stage {
    let store: ProxyStore
    let url: String
    let client: HTTPClient

    func exchange(_ token: String, email: String? = nil) async throws -> HTTPResponse {
      let body = try JSONEncoder().encode(OfflineExchangeRequest(macaroon: token, email: email))
      return try await client.send(
        HTTPRequest(
          method: "POST", url: url + "/publishergw/v1/tokens/offline/exchange",
          headers: [("Content-Type", "application/json")], body: [UInt8](body)))
    }

    /// The header of a login.
    func login(_ token: String) async throws -> (String, String) {
      let response = try await exchange(token)
      return (
        "Authorization",
        "macaroon \(try JSONDecoder().decode(MacaroonResponse.self, from: Data(response.body)).macaroon)"
      )
    }

    func send(_ method: String, _ path: String, _ body: String? = nil, as header: (String, String)) async throws
      -> HTTPResponse
    {
      try await client.send(
        HTTPRequest(method: method, url: url + path, headers: [header], body: body.map { Array($0.utf8) }))
    }
  }

  private static func code(_ response: HTTPResponse) -> String? {
    (try? JSONDecoder().decode(StoreErrors.self, from: Data(response.body)))?.items.first?.code
  }

  /// What upstream wrote, ending at a time.
  private static func token(_ name: String = "one", ending: Date = Date(timeIntervalSinceNow: 86400)) throws -> String {
    var token = Macaroon(location: "api.snapcraft.io", identifier: Array(name.utf8), rootKey: Array("upstream".utf8))
    token.add(condition: "time-before \(ending.formatted(.iso8601))")
    return try token.text(.v2)
  }

  private static func administrator(_ token: String, brand: String = "acme", issued: Date = .now) throws
    -> BrandAdministrator
  {
    BrandAdministrator(
      brandID: try AccountID(parsing: brand), accountID: try AccountID(parsing: "becky42"), email: "becky@example.com",
      username: nil, displayName: nil, tokenDigest: AdminTokenDigest.of(token),
      issued: Date(timeIntervalSince1970: issued.timeIntervalSince1970.rounded()),
      expires: Date(timeIntervalSince1970: 4_000_000_000),
      exported: Date(timeIntervalSince1970: issued.timeIntervalSince1970.rounded()))
  }

  private static func snap(_ name: String, in stores: Set<String>) throws -> SnapImport {
    let snap = try SnapFixture(name).snap()
    return SnapImport(
      id: snap.id, name: snap.name, stores: stores, details: snap.details, icon: nil,
      revisions: Array(snap.revisions.values), channelMap: snap.channelMap.mapValues(\.revision))
  }

  private func withStage(isAirgapped: Bool = true, _ body: @escaping @Sendable (Stage) async throws -> Void)
    async throws
  {
    let directory = FileManager.default.temporaryDirectory.appending(path: "snap-proxy-\(UUID())")
    defer { try? FileManager.default.removeItem(at: directory) }
    let database = try await TestDatabase.make()
    let store = try await ProxyStore.open(
      StateDirectory(path: directory.path), database: ConnectionPool(database.connectionString))
    try await store.configuration.set([.airgap: isAirgapped ? "True" : "False"])
    try await store.database.transaction { transaction in
      for (id, brand) in [("acme-devices", "acme"), ("emca-devices", "emca")] {
        _ = try await store.stores.adopt(try DeviceFixture.store(id, brand: brand), in: transaction)
      }
      for (name, stores) in [("jq", ["ubuntu"]), ("ours", ["acme-devices"]), ("theirs", ["emca-devices"])] {
        _ = try await store.catalogue.importSnap(
          Self.snap(name, in: Set(stores)), replacingChannelMap: true, in: transaction)
      }
    }
    try await store.serving { url, client in
      try await body(Stage(store: store, url: url, client: client))
    }
    await store.close()
  }

  private func adopt(_ administrator: BrandAdministrator, in store: ProxyStore) async throws {
    _ = try await store.database.transaction {
      try await store.brandAdministrators.adopt(administrator, allowingRollback: false, in: $0)
    }
  }

  @Test("gives a login for the exported token, however its text is wrapped, and remembers that without it")
  func exchange() async throws {
    try await withStage { stage in
      let token = try Self.token()
      try await adopt(try Self.administrator(token), in: stage.store)
      for text in [token, " \(token)==\n"] {
        let header = try await stage.login(text)
        let answer = try await stage.send("GET", "/publishergw/v1/tokens/whoami", as: header)
        let identity = try JSONDecoder().decode(GatewayIdentity.self, from: Data(answer.body))
        #expect(identity.account.email == "becky@example.com")
        #expect(identity.brandID == "acme")
        #expect(identity.storeIDs == ["acme-devices"])
        #expect(identity.permissions == ["store_admin"])
      }
      let audit = try await stage.store.audit.newest()
      #expect(audit.map(\.action) == ["exchange-admin-token", "exchange-admin-token"])
      #expect(audit.first?.details["address"] == "127.0.0.1")
      #expect(audit.first?.details["login"]?.hasPrefix("pgw1:") == true)
      let everything = try await stage.store.database.query("SELECT string_agg(a::text, ' ') AS rows FROM audit AS a")
      #expect(try everything.first?.text("rows").contains(token) == false)
    }
  }

  @Test("refuses other tokens, other people, and tokens that are over") func refusals() async throws {
    try await withStage { stage in
      let token = try Self.token()
      let before = try await stage.exchange(token)
      #expect(before.status == 403 && Self.code(before) == "store-not-imported")
      try await adopt(try Self.administrator(token), in: stage.store)
      for wrong in ["", "x", try Self.token("two"), String(repeating: "A", count: 9000), String(token.dropLast(5))] {
        let refused = try await stage.exchange(wrong)
        #expect(refused.status == 401 && Self.code(refused) == "invalid-admin-macaroon")
      }
      let stranger = try await stage.exchange(token, email: "mallory@example.com")
      #expect(stranger.status == 403 && Self.code(stranger) == "admin-email-mismatch")
      #expect(try await stage.exchange(token, email: "Becky@Example.com").status == 200)
      let over = try Self.token("over", ending: Date(timeIntervalSinceNow: -60))
      try await adopt(try Self.administrator(over, issued: .now + 60), in: stage.store)
      let expired = try await stage.exchange(over)
      #expect(expired.status == 401 && Self.code(expired) == "admin-macaroon-expired")
      let malformed = try await stage.send(
        "POST", "/publishergw/v1/tokens/offline/exchange", "{}", as: ("Content-Type", "application/json"))
      #expect(malformed.status == 400)
    }
  }

  @Test("slows down whoever guesses") func guesses() async throws {
    try await withStage { stage in
      let token = try Self.token()
      try await adopt(try Self.administrator(token), in: stage.store)
      let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
        for number in 0..<14 { group.addTask { try await stage.exchange("guess-\(number)").status } }
        return try await group.reduce(into: [Int]()) { $0.append($1) }
      }
      #expect(Set(statuses).isSubset(of: [401, 429]))
      // Whoever guessed so often is not even heard with the right one.
      let right = try await stage.exchange(token)
      #expect(right.status == 429 && right.headers["retry-after"] != nil)
    }
  }

  @Test("a later export ends the logins of the one before at once") func revocation() async throws {
    try await withStage { stage in
      let token = try Self.token()
      try await adopt(try Self.administrator(token), in: stage.store)
      let header = try await stage.login(token)
      #expect(try await stage.send("GET", "/publishergw/v1/tokens/whoami", as: header).status == 200)
      let next = try Self.token("two")
      try await adopt(try Self.administrator(next, issued: .now + 60), in: stage.store)
      for path in ["/publishergw/v1/tokens/whoami", "/v2/metadata/overrides"] {
        let refused = try await stage.send("GET", path, as: header)
        #expect(refused.status == 401)
        #expect(refused.headers["www-authenticate"]?.contains("needs_refresh") == false)
        #expect(refused.text.contains("Exchange the exported token again."))
      }
      #expect(try await stage.exchange(token).status == 401)
      #expect(try await stage.send("GET", "/v2/metadata/overrides", as: stage.login(next)).status == 200)
    }
  }

  @Test("lets the brand's administrator override what its devices see, and see nothing of another brand")
  func overrides() async throws {
    try await withStage { stage in
      let token = try Self.token()
      try await adopt(try Self.administrator(token), in: stage.store)
      let header = try await stage.login(token)
      func override(_ name: String) async throws -> HTTPResponse {
        let body = #"[{"snap_name":"\#(name)","revision":5,"channel":"edge","series":"16"}]"#
        return try await stage.send("POST", "/v2/metadata/overrides", body, as: header)
      }
      #expect(try await override("ours").status == 200)
      // Devices of the other brand have it too, and everybody: that is not for one brand to decide.
      #expect(try await override("jq").status == 403)
      let (theirs, none) = (try await override("theirs"), try await override("none"))
      #expect(theirs.status == 404 && none.status == 404)
      #expect(theirs.text.replacing("theirs", with: "none") == none.text)
      let id = try SnapFixture.id("theirs")
      let slot = ReleaseSlot(channel: try Channel(parsing: "edge"), architecture: .amd64)
      try await stage.store.overrides.apply(
        [OverrideChange(id: id, name: try SnapName(parsing: "theirs"), slot: slot, revision: try Revision(5))],
        by: OverrideAuthor("root", by: .command))
      let listed = try await stage.send("GET", "/v2/metadata/overrides", as: header)
      #expect(listed.text.contains("ours") && !listed.text.contains("theirs"))
      let one = try await stage.send("GET", "/v2/metadata/overrides/theirs", as: header)
      #expect(one.status == 200 && !one.text.contains("theirs"))
      let audit = try await stage.store.audit.newest().map(\.actor)
      #expect(audit.contains("becky@example.com"))
    }
  }

  @Test("is not there, and its logins are not either, where the store is online") func online() async throws {
    try await withStage(isAirgapped: false) { stage in
      let token = try Self.token()
      let becky = try Self.administrator(token)
      try await adopt(becky, in: stage.store)
      let refused = try await stage.exchange(token)
      #expect(refused.status == 403 && Self.code(refused) == "offline-exchange-disabled")
      let secret = try await stage.store.configuration.secret(.authenticationSecret)
      let login = try GatewayTokens(secret: secret, location: "localhost").issue(
        for: becky, expires: becky.expires, now: .now)
      let header = ("Authorization", "macaroon \(login.token)")
      for path in ["/publishergw/v1/tokens/whoami", "/v2/metadata/overrides"] {
        #expect(try await stage.send("GET", path, as: header).status == 401)
      }
    }
  }
}
