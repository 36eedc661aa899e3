import Assertions
import HTTPTypes
import Hummingbird
import StoreAPI

/// `POST .../request-id`: the first half of a registration.
struct PostRequestID: Endpoint {
  let desk: SerialDesk
  /// What a Serial Vault wants in the header `api-key`; the store itself wants none.
  var key: String?

  func respond(to request: Request, context: SimulatorContext) async throws -> Response {
    try SerialVault.check(request, key)
    return try answer(["request-id": desk.nonces.make()])
  }
}

/// `POST .../devices` of the store, `POST .../serial` of a Serial Vault: the second half.
struct PostSerial: Endpoint {
  let desk: SerialDesk
  /// As above.
  var key: String?

  func respond(to request: Request, context: SimulatorContext) async throws -> Response {
    try SerialVault.check(request, key)
    let body = try await request.body.collect(upTo: 256 << 10)
    return send(try desk.serial(for: Array(body.readableBytesView)).encoded, type: MediaType.assertion)
  }
}

/// The device service of a brand, beside the store.
enum SerialVault {
  static let path = "/v1/"
  static let key = "simulated-api-key"

  static func check(_ request: Request, _ key: String?) throws(ProtocolError) {
    guard let key else { return }
    guard request.headers[.apiKey] == key else {
      throw ProtocolError(.badRequest, "invalid-api-key", "Invalid API key")
    }
  }
}
