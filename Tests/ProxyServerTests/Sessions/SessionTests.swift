import Assertions
import AssertionsTesting
import Cryptography
import Foundation
import HTTPClient
import Logging
import Macaroons
import PostgreSQL
import ProxyState
import StoreAPI
import StoreModel
import Synchronization
import Testing

@testable import ProxyServer

@Suite("Device sessions") struct SessionTests {
  private static func body(
    _ root: TestRoot, nonce: String, serial: Assertion? = nil, model: Assertion? = nil, signedBy key: SigningKey? = nil
  ) throws -> String {
    try DeviceFixture(root: root, serial: serial, model: model, key: key).body(nonce: nonce)
  }

  private static func nonce(_ server: TestServer) async throws -> String { try await DeviceFixture.nonce(server) }

  private static func with(_ body: @escaping @Sendable (TestServer, TestRoot) async throws -> Void) async throws {
    let root = try TestRoot()
    try await TestServer.with {
      try $0.offerBrandStore(root)
    } _: { server in
      try await body(server, root)
    }
  }

  @Test("gives a device that proves itself a session, with which it sees its store's snaps")
  func session() async throws {
    try await Self.with { server, root in
      let body = try Self.body(root, nonce: try await Self.nonce(server))
      let response = try await server.post(
        "/api/v1/snaps/auth/sessions", body, headers: [("X-Device-Authorization", "Macaroon root=\"old\"")])
      #expect(response.status == 200)
      let token = try JSONDecoder().decode(MacaroonResponse.self, from: Data(response.body)).macaroon
      #expect(!token.isEmpty && !token.contains("\"") && !token.contains("\n"))
      let header = ("Snap-Device-Authorization", "Macaroon root=\"\(token)\"")
      let secret = try await server.get("/v2/snaps/info/secret", headers: [header])
      #expect(secret.status == 200)
      let withoutSession = try await server.get("/v2/snaps/info/secret")
      #expect(withoutSession.status == 404)
      // One bit changed anywhere makes it another's token.
      var changed = Array(token)
      changed[changed.count - 5] = changed[changed.count - 5] == "A" ? "B" : "A"
      let forged = ("Snap-Device-Authorization", "Macaroon root=\"\(String(changed))\"")
      let refused = try await server.get("/v2/snaps/info/secret", headers: [forged])
      #expect(refused.status == 401)
    }
  }

  @Test("answers the same request again, and no other with the same nonce")
  func nonces() async throws {
    try await Self.with { server, root in
      let nonce = try await Self.nonce(server)
      let body = try Self.body(root, nonce: nonce)
      for _ in 0..<2 {
        let response = try await server.post("/api/v1/snaps/auth/sessions", body)
        #expect(response.status == 200)
      }
      let replayed = try await server.post("/api/v1/snaps/auth/sessions", body + " ")
      #expect(replayed.status == 403)
      let invented = try await server.post("/api/v1/snaps/auth/sessions", try Self.body(root, nonce: "invented"))
      #expect(invented.status == 403)
    }
  }

  @Test("blames the database, not the upstream store, where it is the database that does not answer")
  func databaseAway() async throws {
    let root = try TestRoot()
    try await TestServer.with {
      try $0.offerBrandStore(root)
      $0.nonces = Nonces(secret: [7]) { _, _ in
        throw PostgreSQLError.authenticationFailed(server: "db.internal:5432", user: "snaps", reason: "no such user")
      }
    } _: { server in
      let body = try Self.body(root, nonce: try await Self.nonce(server))
      let response = try await server.post("/api/v1/snaps/auth/sessions", body)
      #expect(response.status == 503)
      #expect(response.headers["retry-after"] == "5")
      #expect(response.text.contains("database") && !response.text.contains("db.internal"), "\(response.text)")
    }
  }

  @Test("remembers a nonce only for a device that it trusts, and gives no session while too many are remembered")
  func boundedMemory() async throws {
    let root = try TestRoot()
    let memory = NonceMemory()
    try await TestServer.with {
      try $0.offerBrandStore(root)
      $0.roots = .canonical
      $0.nonces = .inMemory(memory)
    } _: { server in
      for _ in 0..<20 { _ = try await Self.nonce(server) }
      for _ in 0..<3 {
        let body = try Self.body(root, nonce: try await Self.nonce(server))
        let session = try await server.post("/api/v1/snaps/auth/sessions", body)
        #expect(session.status == 200)
      }
      let invented = try Self.body(root, nonce: "invented")
      let refused = try await server.post("/api/v1/snaps/auth/sessions", invented)
      #expect(refused.status == 403)
    }
    #expect(memory.count == 0)
    try await TestServer.with {
      try $0.offerBrandStore(root)
      $0.nonces = .inMemory(memory)
    } _: { server in
      let own = try await server.post(
        "/api/v1/snaps/auth/sessions", try Self.body(root, nonce: try await Self.nonce(server)))
      #expect(own.status == 200)
      #expect(memory.count == 1)
    }
    try await TestServer.with {
      try $0.offerBrandStore(root)
      $0.nonces = Nonces(secret: [7]) { _, _ in .full }
    } _: { server in
      let body = try Self.body(root, nonce: try await Self.nonce(server))
      let response = try await server.post("/api/v1/snaps/auth/sessions", body)
      #expect(response.status == 503)
      #expect(response.headers["retry-after"] == "60")
    }
  }

  @Test("takes a nonce of its own only, in its one spelling, for ten minutes")
  func nonceLife() async throws {
    let clock = Mutex(Date(timeIntervalSince1970: 1_800_000_000))
    let memory = NonceMemory()
    let nonces = Nonces.inMemory(memory) { clock.withLock { $0 } }
    let nonce = nonces.issue()
    #expect(nonces.isCurrent(nonce))
    #expect(!nonces.isCurrent(nonce + "="))
    #expect(!nonces.isCurrent(String(nonce.dropLast()) + (nonce.hasSuffix("A") ? "B" : "A")))
    #expect(!Nonces(secret: [8], use: { _, _ in .first }).isCurrent(nonce))
    #expect(try await nonces.redeem(nonce, "one") == .accepted)
    #expect(try await nonces.redeem(nonce, "one") == .accepted)
    #expect(try await nonces.redeem(nonce, "another") == .refused)
    let late = nonces.issue()
    clock.withLock { $0 += 601 }
    #expect(try await nonces.redeem(late, "two") == .refused)
    clock.withLock { $0 -= 601 + 61 }
    #expect(try await nonces.redeem(late, "three") == .refused)
    #expect(memory.count == 1)
  }

  @Test("goes by the newest revision of a model that the store holds, whichever the device shows")
  func newestModel() async throws {
    let root = try TestRoot()
    try await TestServer.with {
      try $0.offerBrandStore(root)
      $0.assertions.append(try root.model(extra: ["store": .text("other-store"), "revision": .text("3")]))
    } _: { server in
      let body = try Self.body(root, nonce: try await Self.nonce(server))
      let response = try await server.post("/api/v1/snaps/auth/sessions", body)
      #expect(response.status == 200)
      let token = try JSONDecoder().decode(MacaroonResponse.self, from: Data(response.body)).macaroon
      let brands = try await server.get(
        "/v2/snaps/info/secret", headers: [("Snap-Device-Authorization", "Macaroon root=\"\(token)\"")])
      #expect(brands.status == 404)
    }
  }

  @Test("gives a device whose serial it cannot verify a session that shows what everybody sees")
  func unprivileged() async throws {
    let stranger = try TestRoot()
    try await TestServer.with {
      try $0.offerBrandStore(stranger)
      $0.roots = .canonical
    } _: { server in
      let body = try Self.body(stranger, nonce: try await Self.nonce(server))
      let response = try await server.post("/api/v1/snaps/auth/sessions", body)
      #expect(response.status == 200)
      let token = try JSONDecoder().decode(MacaroonResponse.self, from: Data(response.body)).macaroon
      let header = ("Snap-Device-Authorization", "Macaroon root=\"\(token)\"")
      let everybodys = try await server.get("/v2/snaps/info/jq", headers: [header])
      #expect(everybodys.status == 200)
      let brands = try await server.get("/v2/snaps/info/secret", headers: [header])
      #expect(brands.status == 404)
      let foreignKey = try Self.body(
        stranger, nonce: try await Self.nonce(server), signedBy: stranger.brandKey)
      let refused = try await server.post("/api/v1/snaps/auth/sessions", foreignKey)
      #expect(refused.status == 403)
    }
  }

  @Test("refuses requests that are not the device's, or speak of several devices")
  func refusals() async throws {
    try await Self.with { server, root in
      let foreignKey = try Self.body(root, nonce: try await Self.nonce(server), signedBy: root.brandKey)
      let otherSerial = try Self.body(root, nonce: try await Self.nonce(server), serial: root.serial("9"))
      let otherModel = try Self.body(root, nonce: try await Self.nonce(server), model: root.model("switch"))
      for (body, status) in [
        (foreignKey, 403), (otherSerial, 400), (otherModel, 400), ("{}", 400), ("nonsense", 400),
        (#"{"device-session-request":"x","serial-assertion":"y","model-assertion":"z"}"#, 400),
        (String(repeating: " ", count: 70_000), 413),
      ] {
        let response = try await server.post("/api/v1/snaps/auth/sessions", body)
        #expect(response.status == status)
      }
    }
  }

  @Test("believes a brand's key no longer than it is valid, though it remembers what it verified")
  func endedKey() async throws {
    let root = try TestRoot()
    let until = Date(timeIntervalSince1970: 1_800_000_000)
    let brand = try root.account(TestRoot.brandID)
    let key = try root.accountKey(
      root.brandKey, of: TestRoot.brandID, name: "brand", extra: ["until": .text(until.formatted(.iso8601))])
    let storefront = CurrentStorefront(try .of([], assertions: AssertionLibrary(root.foundation() + [brand, key])))
    let clock = Mutex(until - 30)
    let desk = SessionDesk(
      tokens: SessionTokens(secret: [1]), nonces: .inMemory(), roots: root.roots, storefront: storefront,
      now: { clock.withLock { $0 } })
    func device() async throws -> SessionClaims.Device? {
      let nonce = desk.nonces.issue()
      let body = Array(try DeviceFixture(root: root).body(nonce: nonce).utf8)
      let token = try await desk.session(
        for: JSONDecoder().decode(DeviceSessionRequest.self, from: Data(body)), body: body,
        logger: Logger(label: "test"))
      return desk.claims(of: token)?.device
    }
    for _ in 0..<3 { #expect(try await device()?.brand == TestRoot.brandID) }
    clock.withLock { $0 = until + 60 }
    #expect(try await device() == nil)
    clock.withLock { $0 = until - 30 }
    #expect(try await device()?.brand == TestRoot.brandID)
    storefront.replace(with: try .of([], assertions: AssertionLibrary(root.foundation() + [brand]), generation: 2))
    #expect(try await device() == nil)
  }

  @Test("ends sessions after their time, and those of another secret at once")
  func expiry() throws {
    let storefront = CurrentStorefront(try .of([]))
    func desk(secret: String, now: Date) -> SessionDesk {
      SessionDesk(
        tokens: SessionTokens(secret: Array(secret.utf8)), nonces: .inMemory(), roots: .canonical,
        storefront: storefront, now: { now })
    }
    let start = Date(timeIntervalSince1970: 1_800_000_000)
    let claims = SessionClaims(
      device: SessionClaims.Device(brand: "acme", model: "a|b", serial: "1 \"2\"", store: nil),
      expires: start + SessionDesk.lifetime)
    let token = try SessionTokens(secret: Array("one".utf8)).make(claims)
    #expect(desk(secret: "one", now: start).claims(of: token) == claims)
    #expect(desk(secret: "one", now: start + SessionDesk.lifetime).claims(of: token) == nil)
    #expect(desk(secret: "two", now: start).claims(of: token) == nil)
    for foreign in ["", "AgEabc", String(repeating: "A", count: 100_000)] {
      #expect(desk(secret: "one", now: start).claims(of: foreign) == nil)
    }
  }

  @Test("reads nothing that a holder added to a session", arguments: ["store|brand-store", "expires|9999999999", "x"])
  func attenuation(added: String) throws {
    let secret = Array("secret".utf8)
    let tokens = SessionTokens(secret: secret)
    let expires = Date(timeIntervalSince1970: 1_800_000_000)
    let device = SessionClaims.Device(brand: "b", model: "m", serial: "s", store: nil)
    for claims in [SessionClaims(device: nil, expires: expires), SessionClaims(device: device, expires: expires)] {
      let token = try tokens.make(claims)
      #expect(tokens.read(token) == claims)
      // What anybody can do who has the token, without the key.
      var longer = try Macaroon(text: token)
      longer.add(condition: added)
      #expect(tokens.read(try longer.text(.v1)) == nil)
    }
  }

  @Test(
    "reads tokens out of headers",
    arguments: [
      ("Macaroon root=\"abc\"", "abc"), ("Macaroon root=\"abc\", discharge=\"d\"", "abc"), ("Bearer abc", nil),
      ("Macaroon root=\"abc", nil), ("", nil),
    ] as [(String, String?)])
  func headers(header: String, token: String?) { #expect(AuthorizationHeader.rootText(header) == token) }
}
