import Hummingbird
import Logging
import NIOCore

/// What is answered before the store is open: the status pages tell the truth, all else is to come again.
struct StartingRoutes: Sendable {
  let state: ServerState
  let metrics: ServerMetrics
  let log: Logger

  private static let methods: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options]

  /// A responder for all paths.
  func responder() -> RouterResponder<DeviceContext> {
    let router = Router(context: DeviceContext.self)
    router.add(middleware: RequestMiddleware(metrics: metrics, log: log, trustsForwarded: false))
    router.add(middleware: ErrorMiddleware())
    // One endpoint for all paths: a path that shares its beginning with a route and is none would be "not found", which
    // devices take for the truth.
    let endpoint = AnswerUntilOpen(check: GetStartingCheck(state: state))
    for method in Self.methods {
      router.on("/", method: method, use: endpoint.respond)
      router.on("/**", method: method, use: endpoint.respond)
    }
    return router.buildResponder()
  }
}

/// Any request before the store is open. Devices repeat a 503.
struct AnswerUntilOpen: Endpoint {
  let check: GetStartingCheck

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    switch request.uri.path {
    case "/_status/live": try await GetLive().respond(to: request, context: context)
    case "/_status/check": try await check.respond(to: request, context: context)
    default: throw ProtocolError.starting
    }
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
