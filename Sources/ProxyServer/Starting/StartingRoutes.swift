import Hummingbird
import NIOCore

/// What is answered before the store is open: the status pages tell the truth, all else is to come again.
struct StartingRoutes: Sendable {
  let state: ServerState
  let metrics: ServerMetrics

  private static let methods: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options]

  /// A responder for all paths.
  func responder() -> RouterResponder<DeviceContext> {
    let router = Router(context: DeviceContext.self)
    router.add(middleware: RequestMiddleware(metrics: metrics, trustsForwarded: false))
    router.add(middleware: ErrorMiddleware())
    for method in [HTTPRequest.Method.get, .head] {
      router.on("/_status/live", method: method, use: GetLive().respond)
      router.on("/_status/check", method: method, use: GetStartingCheck(state: state).respond)
    }
    for method in Self.methods {
      router.on("/", method: method, use: RefuseUntilOpen().respond)
      router.on("/**", method: method, use: RefuseUntilOpen().respond)
    }
    return router.buildResponder()
  }
}

/// `GET /_status/check` before the store is open.
struct GetStartingCheck: Endpoint {
  let state: ServerState

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    let database = GetCheck.Check.Component(
      status: "error", message: state.values.databaseFailure ?? "the store is being opened")
    let check = GetCheck.Check(
      status: "error", components: ["snapproxy": .init(status: "ok"), "database": database], generation: 0, snaps: 0,
      missingOverrides: nil)
    return try answer(check, status: .internalServerError)
  }
}

/// Any other request before the store is open. Devices repeat a 503.
struct RefuseUntilOpen: Endpoint {
  func respond(to request: Request, context: DeviceContext) async throws -> Response { throw ProtocolError.starting }
}
