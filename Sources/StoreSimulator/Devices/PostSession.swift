import Cryptography
import Hummingbird
import StoreAPI

/// `POST /api/v1/snaps/auth/nonces`.
struct PostDeviceNonce: Endpoint {
  func respond(to request: Request, context: SimulatorContext) async throws -> Response {
    try answer(NonceResponse(nonce: Base64URL.encode(RandomBytes.make(24))))
  }
}

/// `POST /api/v1/snaps/auth/sessions`: every device gets one, whatever it proves.
struct PostDeviceSession: Endpoint {
  func respond(to request: Request, context: SimulatorContext) async throws -> Response {
    _ = try await read(DeviceSessionRequest.self, of: request)
    return try answer(MacaroonResponse(macaroon: "session-\(Base64URL.encode(RandomBytes.make(24)))"))
  }
}

/// `GET /`: that there is a store.
struct GetFrontPage: Endpoint {
  func respond(to request: Request, context: SimulatorContext) async throws -> Response {
    send(Array("store-simulator\n".utf8), type: "text/plain")
  }
}
