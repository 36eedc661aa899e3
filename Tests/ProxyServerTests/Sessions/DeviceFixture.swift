import Assertions
import AssertionsTesting
import Cryptography
import Foundation
import HTTPClient
import ProxyState
import StoreAPI
import StoreModel

@testable import ProxyServer

/// A device of the test root's brand, or what passes itself off as one.
struct DeviceFixture: Sendable {
  static let store = "brand-store"

  let root: TestRoot
  var serial: Assertion?
  var model: Assertion?
  /// What signs the request in place of the device's key.
  var key: SigningKey?

  /// The request for a session.
  func body(nonce: String, request: Assertion? = nil) throws -> String {
    let request = DeviceSessionRequest(
      deviceSessionRequest: Self.text(try request ?? root.deviceSessionRequest(nonce: nonce, deviceKey: key)),
      serialAssertion: Self.text(try serial ?? root.serial()),
      modelAssertion: Self.text(try model ?? root.model(store: Self.store)))
    return String(decoding: try JSONEncoder().encode(request), as: UTF8.self)
  }

  /// The header of a session that the server gives.
  func session(at server: TestServer, request: Assertion? = nil) async throws -> (String, String) {
    let nonce = try await Self.nonce(server)
    let response = try await server.post("/api/v1/snaps/auth/sessions", try body(nonce: nonce, request: request))
    let token = try JSONDecoder().decode(MacaroonResponse.self, from: Data(response.body)).macaroon
    return ("X-Device-Authorization", "Macaroon root=\"\(token)\"")
  }

  /// A store of a brand, which is the test root's unless another one is named.
  static func store(_ id: String, brand: String = TestRoot.brandID) throws -> BrandStore {
    BrandStore(id: try StoreID(parsing: id), name: "Brand", brandID: try AccountID(parsing: brand), parent: nil)
  }

  static func nonce(_ server: TestServer) async throws -> String {
    let response = try await server.post("/api/v1/snaps/auth/nonces", "")
    return try JSONDecoder().decode(NonceResponse.self, from: Data(response.body)).nonce
  }

  private static func text(_ assertion: Assertion) -> String { String(decoding: assertion.encoded, as: UTF8.self) }
}

extension TestServer.Options {
  /// The brand's imported store with a snap of its own, `secret`, one that it includes, `core`, and one for everybody.
  mutating func offerBrandStore(_ root: TestRoot) throws {
    var secret = SnapFixture("secret")
    secret.stores = [DeviceFixture.store]
    secret.categories = ["vault"]
    var core = SnapFixture("core")
    core.stores = [StoreID.global.description, DeviceFixture.store]
    snaps = [secret, core, SnapFixture("jq")]
    stores = [
      try DeviceFixture.store(DeviceFixture.store)
    ]
    roots = root.roots
    assertions = try root.brandFoundation()
  }
}
