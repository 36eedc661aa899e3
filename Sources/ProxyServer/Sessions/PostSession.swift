import Foundation
import Hummingbird
import StoreAPI

/// `POST /api/v1/snaps/auth/sessions`: the second half of a device session. Answer: ``MacaroonResponse``.
///
/// A previous session that comes along does not matter: whoever passes the checks gets a new one.
struct PostSession: Endpoint {
  let desk: SessionDesk

  /// Three assertions, of which each is a few KiB.
  static let largestBody = 64 << 10

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    let body = [UInt8](buffer: try await RequestReader(request: request).body(upTo: Self.largestBody))
    guard let parts = try? JSONDecoder().decode(DeviceSessionRequest.self, from: Data(body)) else {
      throw ProtocolError.malformed("the body is no request for a device session")
    }
    let session = try await desk.session(for: parts, body: body, logger: context.logger)
    return try answer(MacaroonResponse(macaroon: session))
  }
}
