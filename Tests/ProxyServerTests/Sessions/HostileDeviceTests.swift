import Assertions
import AssertionsTesting
import Cryptography
import Foundation
import HTTPClient
import ProxyState
import StoreAPI
import StoreModel
import Testing

@testable import ProxyServer

/// What devices try that are not what they say.
@Suite("Hostile devices") struct HostileDeviceTests {
  private static func with(
    _ change: @escaping @Sendable (inout TestServer.Options, TestRoot) throws -> Void = { _, _ in },
    _ body: @escaping @Sendable (TestServer, TestRoot) async throws -> Void
  ) async throws {
    let root = try TestRoot()
    try await TestServer.with {
      try $0.offerBrandStore(root)
      try change(&$0, root)
    } _: { server in
      try await body(server, root)
    }
  }

  private static func seesSecret(_ server: TestServer, _ session: (String, String)) async throws -> Bool {
    let response = try await server.get("/v2/snaps/info/secret", headers: [session])
    return response.status == 200
  }

  /// A key that is not valid any more, from one moment in the past on.
  private static func ended(_ root: TestRoot, revision: Int, until: HeaderValue) throws -> Assertion {
    try root.accountKey(
      root.brandKey, of: TestRoot.brandID, name: "brand",
      extra: ["until": until, "revision": .text(String(revision))])
  }

  @Test(
    "a brand's key that was revoked, or is over, opens the brand's store to nobody",
    arguments: [TestRoot.timestamp, "2026-01-02T00:00:00Z"])
  func endedKey(until: HeaderValue) async throws {
    try await Self.with {
      // The first revision is here as well: the newest one counts.
      $0.assertions.append(try Self.ended($1, revision: 1, until: until))
    } _: { server, root in
      let session = try await DeviceFixture(root: root).session(at: server)
      #expect(try await !Self.seesSecret(server, session))
      let everybodys = try await server.get("/v2/snaps/info/jq", headers: [session])
      #expect(everybodys.status == 200)
    }
  }

  @Test("another brand's model and serial open the store of neither, whatever store the model names")
  func otherBrand() async throws {
    // The other brand's key is that of the device here; its devices sign with the brand's.
    try await Self.with {
      $0.assertions += [
        try $1.account("other-brand"), try $1.accountKey($1.deviceKey, of: "other-brand", name: "other"),
      ]
    } _: { server, root in
      let common: [String: HeaderValue] = [
        "brand-id": "other-brand", "model": "router", "timestamp": TestRoot.timestamp,
      ]
      let model = try root.sign(
        .model,
        common.merging(
          [
            "series": "16", "architecture": "amd64", "gadget": "pc", "kernel": "pc-kernel",
            "store": .text(DeviceFixture.store),
          ]) { $1 }, by: root.deviceKey, of: "other-brand")
      let serial = try root.sign(
        .serial,
        common.merging(
          [
            "serial": "1234", "device-key": .text(root.brandKey.publicKeyEncoding),
            "device-key-sha3-384": .text(root.brandKey.id.base64URL),
          ]) { $1 }, by: root.deviceKey, of: "other-brand")
      let device = DeviceFixture(root: root, serial: serial, model: model)
      let nonce = try await DeviceFixture.nonce(server)
      let request = try root.deviceSessionRequest(
        nonce: nonce, deviceKey: root.brandKey, extra: ["brand-id": "other-brand"])
      let answer = try await server.post(
        "/api/v1/snaps/auth/sessions", try device.body(nonce: nonce, request: request))
      #expect(answer.status == 200)
      let token = try JSONDecoder().decode(MacaroonResponse.self, from: Data(answer.body)).macaroon
      #expect(try await !Self.seesSecret(server, ("X-Device-Authorization", "Macaroon root=\"\(token)\"")))

      // A serial of one brand goes with no model of another.
      let mixed = DeviceFixture(root: root, serial: serial)
      let body = try mixed.body(nonce: try await DeviceFixture.nonce(server))
      let refused = try await server.post("/api/v1/snaps/auth/sessions", body)
      #expect(refused.status == 400)
    }
  }

  @Test("a serial that a stranger signed opens nothing, though the model is the brand's")
  func foreignSerial() async throws {
    try await Self.with { server, root in
      let serial = try root.sign(
        .serial,
        [
          "brand-id": .text(TestRoot.brandID), "model": "router", "serial": "1234", "timestamp": TestRoot.timestamp,
          "device-key": .text(root.deviceKey.publicKeyEncoding),
          "device-key-sha3-384": .text(root.deviceKey.id.base64URL),
        ], by: root.storeKey)
      let session = try await DeviceFixture(root: root, serial: serial).session(at: server)
      #expect(try await !Self.seesSecret(server, session))
    }
  }

  @Test("a session of a store that is not the one that lists the snap shows nothing of it")
  func otherStore() async throws {
    try await Self.with {
      $0.stores.append(try DeviceFixture.store("second"))
      _ = $1
    } _: { server, root in
      let session = try await DeviceFixture(root: root, model: root.model(store: "second")).session(at: server)
      #expect(try await !Self.seesSecret(server, session))
      let none = try await DeviceFixture(root: root, model: root.model()).session(at: server)
      #expect(try await !Self.seesSecret(server, none))
      #expect(try await Self.seesSecret(server, DeviceFixture(root: root).session(at: server)))
    }
  }

  @Test("a session of another secret is refused, so that the device gets itself a new one")
  func rotation() async throws {
    let root = try TestRoot()
    let claims = SessionClaims(
      device: SessionClaims.Device(
        brand: TestRoot.brandID, model: "router", serial: "1234", store: DeviceFixture.store),
      expires: Date(timeIntervalSinceNow: 3600))
    let old = try SessionTokens(secret: Array("the secret before".utf8)).make(claims)
    try await TestServer.with {
      try $0.offerBrandStore(root)
    } _: { server in
      let refused = try await server.get(
        "/v2/snaps/info/secret", headers: [("X-Device-Authorization", "Macaroon root=\"\(old)\"")])
      #expect(refused.status == 401)
      #expect(refused.headers["www-authenticate"]?.contains("refresh_device_session=1") == true)
      #expect(try await Self.seesSecret(server, DeviceFixture(root: root).session(at: server)))
    }
  }
}
