import Hummingbird
import Macaroons

/// Decides on behalf of whom a request is answered.
struct DeviceGate: Sendable {
  let sessions: SessionDesk

  /// Without a session the device sees what everybody sees.
  /// - Throws: ``ProtocolError/sessionNeeded`` for a session that is not ours, or is over.
  func audience(of request: Request) throws(ProtocolError) -> Audience {
    let header = request.headers[.deviceAuthorization] ?? request.headers[.oldDeviceAuthorization]
    guard let header, !header.isEmpty else { return .anybody }
    guard let token = AuthorizationHeader.rootText(header), let claims = sessions.claims(of: token) else {
      throw .sessionNeeded
    }
    return sessions.storefront.latest.audience(of: claims)
  }
}
