import Hummingbird

/// `POST /api/v1/snaps/auth/request-id` and `/devices`: nobody gives serials here. A 404 with just this message ends the
/// device's attempt; a 5xx would be repeated every minute.
struct RefuseRegistration: Endpoint {
  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    throw ProtocolError(
      status: .notFound, code: "resource-not-found",
      message: "device registration is not available on this store", shape: .message)
  }
}

/// What the public store offers and an offline one does not: cohorts, purchases, messages.
struct RefuseUnsupported: Endpoint {
  let what: String

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    throw ProtocolError.notFound("\(what) are not available on this store")
  }
}

/// `OPTIONS` of any path: the methods that it has.
struct AnswerOptions: Endpoint {
  let allowed: [HTTPRequest.Method]

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    Response(status: .noContent, headers: [.allow: allowed.map(\.rawValue).joined(separator: ", ")])
  }
}

/// A method that the path does not have.
struct RefuseMethod: Endpoint {
  /// Those that it has.
  let allowed: [HTTPRequest.Method]

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    throw ProtocolError(
      status: .methodNotAllowed, code: "method-not-allowed",
      message: "\(request.uri.path) has no \(request.method.rawValue)",
      headers: [.allow: allowed.map(\.rawValue).joined(separator: ", ")])
  }
}
