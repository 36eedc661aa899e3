import Assertions
import Cryptography
import Foundation
import HTTPClient
import Testing

@testable import StoreSimulator

@Suite("Registering proxies with the simulator") struct RegistrationTests {
  private static let key = Result { try RSAPrivateKey.generate(bits: 2048) }

  /// The members of a request, rightly signed.
  private func request(
    _ store: SimulatorFixture, verb: String = "register", url: String = "http://proxy.example",
    key: RSAPrivateKey? = nil
  ) async throws -> [String: Any] {
    let key = try key ?? Self.key.get()
    let nonce = try #require(
      try await store.post("/api/v2/store-proxies/nonces", [:]).json["nonce"] as? String)
    return [
      "url": url, "offline": true, "public-key": key.publicKey.pem, "nonce": nonce, "answers": [String: String](),
      "signature": Base64.encode(try key.signSHA512(Array("\(verb)|\(nonce)|\(url)".utf8))), "software": "test/1",
    ]
  }

  private func register(
    _ store: SimulatorFixture, _ request: [String: Any], authorization: String? = nil
  ) async throws -> HTTPResponse {
    let header = try authorization ?? "Macaroon \(store.simulator.adminToken())"
    return try await store.post("/api/v2/store-proxies", request, headers: [("Authorization", header)])
  }

  @Test("gives a store assertion that verifies to the root") func registration() async throws {
    try await SimulatorFixture.with(.snaps([])) { store in
      let answer = try await register(store, try await request(store, url: "http://Proxy.example:80/"))
      #expect(answer.status == 201)
      let registration = try answer.json
      let id = try #require(registration["store-id"] as? String)
      #expect(id.count == 32)
      #expect(registration["status"] as? String == "approved")
      #expect(registration["operator-id"] as? String == SeedPublisher.becky.id)
      let stream = try Assertion.decodeStream(Array((registration["assertions"] as? String ?? "").utf8))
      var verifier = AssertionVerifier(roots: store.simulator.roots)
      try verifier.verify(stream)
      let identity = try #require(AssertionIdentity(type: .store, primaryKey: [id]))
      #expect(verifier.verified(identity)?["url"] == "http://proxy.example")
      #expect(try await store.assertion("store/\(id)")["operator-id"] == SeedPublisher.becky.id)
    }
  }

  @Test("works after a login with a password, if that is for it") func login() async throws {
    try await SimulatorFixture.with(.snaps([])) { store in
      let login = try await Login(store, email: "becky@example.com", permissions: ["package_access", "store_admin"])
      let answer = try await register(store, try await request(store), authorization: login.header)
      #expect(answer.status == 201)
      let other = try await Login(store, email: "becky@example.com", permissions: ["package_push"])
      let refused = try await register(store, try await request(store), authorization: other.header)
      #expect(refused.status == 403)
      #expect(refused.text.contains("macaroon-permission-required"))
    }
  }

  @Test("refuses what is not as it must be") func refusals() async throws {
    try await SimulatorFixture.with(.snaps([])) { store in
      func refusal(_ change: (inout [String: Any]) -> Void) async throws -> String {
        var request = try await request(store)
        change(&request)
        let answer = try await register(store, request)
        #expect(answer.status == 400)
        return answer.text
      }
      for url in ["ftp://x", "http://x/path", "http://a:b@x", "x", "http://x?y", "http://x:0"] {
        #expect(try await refusal { $0["url"] = url }.contains("url:"))
      }
      #expect(try await refusal { $0["nonce"] = "x" }.contains("nonce:"))
      #expect(try await refusal { $0["signature"] = "AAAA" }.contains("signature:"))
      #expect(try await refusal { $0["url"] = "http://other.example" }.contains("signature:"))
      #expect(try await refusal { $0["public-key"] = "x" }.contains("public-key:"))
      #expect(try await register(store, try await request(store), authorization: "Macaroon x").status == 401)
      let first = try await request(store)
      #expect(try await register(store, first).status == 201)
      #expect(try await register(store, first).text.contains("nonce:"))
      let again = try await register(store, try await request(store))
      #expect(again.status == 409)
      #expect(again.text.contains("already-registered"))
    }
  }

  @Test("can be renewed with another address, and asked for") func renewal() async throws {
    try await SimulatorFixture.with(.snaps([])) { store in
      let id = try #require(try await register(store, try await request(store)).json["store-id"] as? String)
      let path = "/api/v2/store-proxies/\(id)"
      let header = [("Authorization", "Macaroon \(try store.simulator.adminToken())")]
      let renewed = try await store.send(
        "PUT", path, json: try await request(store, verb: "reregister", url: "https://new.example"), headers: header)
      #expect(renewed.status == 200)
      let assertion = try await store.assertion("store/\(id)")
      #expect(assertion["url"] == "https://new.example")
      #expect(assertion.revision == 1)
      let stranger = try await store.send(
        "PUT", path,
        json: try await request(store, verb: "reregister", key: try RSAPrivateKey.generate(bits: 2048)),
        headers: header)
      #expect(stranger.status == 403)
      store.simulator.setStatus("disabled", ofStore: id)
      let nonce = try #require(
        try await store.post("/api/v2/store-proxies/nonces", [:]).json["nonce"] as? String)
      let proof = Base64.encode(try Self.key.get().signSHA512(Array("status|\(nonce)|\(id)".utf8)))
      let status = try await store.get(path, headers: [("X-Proxy-Signature", "\(nonce):\(proof)")])
      #expect(try status.json["status"] as? String == "disabled")
      #expect(try status.json["device-limit"] as? Int == 25)
      #expect(try await store.get(path, headers: [("X-Proxy-Signature", "\(nonce):\(proof)")]).status == 401)
    }
  }
}
