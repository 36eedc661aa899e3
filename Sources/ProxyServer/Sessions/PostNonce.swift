import Hummingbird
import StoreAPI

/// `POST /api/v1/snaps/auth/nonces`: the first half of a device session. Answer: ``NonceResponse``.
struct PostNonce: Endpoint {
  let nonces: Nonces

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    try answer(NonceResponse(nonce: nonces.issue()))
  }
}
