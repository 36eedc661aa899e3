import Hummingbird
import Logging
import NIOCore

/// What is answered before the store is open, whatever the method and the path: the status pages tell the truth, all else is
/// to come again. Devices repeat a 503, but take a 404 for the truth.
struct StartingResponder: HTTPResponder {
  typealias Context = DeviceContext

  let state: ServerState
  let metrics: ServerMetrics
  let log: Logger
  let clients: ClientLimits

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    let requests = RequestMiddleware(metrics: metrics, log: log, clients: clients)
    return try await requests.handle(request, context: context) { request, context in
      try await ErrorMiddleware().handle(request, context: context) { request, context in
        try await answer(request, context)
      }
    }
  }

  private func answer(_ request: Request, _ context: DeviceContext) async throws -> Response {
    guard request.method == .get || request.method == .head else { throw ProtocolError.starting }
    switch request.uri.path {
    case "/_status/live": return try await GetLive().respond(to: request, context: context)
    case "/_status/check": return try await GetStartingCheck(state: state).respond(to: request, context: context)
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
      missingOverrides: nil
    ).shown(toLocal: context.isLocal(request))
    return try answer(check, status: .internalServerError)
  }
}
