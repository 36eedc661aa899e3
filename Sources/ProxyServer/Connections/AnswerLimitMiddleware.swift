import Hummingbird
import NIOCore

/// Lets an answer go only where there is memory for it until its client has read it.
struct AnswerLimitMiddleware: RouterMiddleware {
  typealias Context = DeviceContext

  func handle(
    _ request: Request, context: DeviceContext, next: (Request, DeviceContext) async throws -> Response
  ) async throws -> Response {
    let response = try await next(request, context)
    // A file holds what it needs already, and HEAD has no body.
    guard let account = context.account, account.piece == nil, request.method != .head,
      let size = response.body.contentLength, size > ConnectionAccount.smallAnswer
    else { return response }
    guard account.hold(bytes: size) else { throw ProtocolError.busy }
    return response
  }
}
