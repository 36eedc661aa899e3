import Foundation
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import PostgreSQL
import Reporting
import StoreAPI

/// The one place where a failure becomes an answer of the protocol.
struct ErrorMiddleware: RouterMiddleware {
  typealias Context = DeviceContext

  func handle(
    _ request: Request, context: DeviceContext, next: (Request, DeviceContext) async throws -> Response
  ) async throws -> Response {
    let path = request.uri.path
    do {
      return try await next(request, context)
    } catch let error as ProtocolError {
      return try response(to: error, path: path)
    } catch let error as HTTPError {
      return try response(to: translated(error, request: request), path: path)
    } catch let error as any UserFacingError {
      return try response(to: translated(error, logger: context.logger), path: path)
    } catch let error
      where error is HTTPParserError || error is ChannelError || error is IOError
      || error is CancellationError
    {
      // The connection is broken, or the server stops; there is nobody to answer.
      throw error
    } catch {
      context.logger.error("cannot answer the request", metadata: ["error": "\(error)"])
      return try response(to: Self.internalError, path: path)
    }
  }

  private static let internalError = ProtocolError(
    status: .internalServerError, code: "internal-error", message: "the store failed; its log tells more")

  private func response(to error: ProtocolError, path: String) throws -> Response {
    var error = error
    error.shape = ProtocolError.Shape(of: path, otherwise: error.shape)
    var headers = error.headers
    headers[.contentType] = MediaType.json
    // Every client that is told to come again is told when.
    if error.status == .serviceUnavailable, headers[.retryAfter] == nil {
      headers[.retryAfter] = ProtocolError.retryAfter
    }
    return Response(
      status: error.status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: try error.body())))
  }

  private func translated(_ error: HTTPError, request: Request) -> ProtocolError {
    switch error.status {
    case .notFound: .notFound("there is nothing at \(request.uri.path)")
    case .contentTooLarge:
      ProtocolError(
        status: .contentTooLarge, code: "request-too-large", message: "the body is too large",
        headers: [.connection: "close"])
    default: ProtocolError(status: error.status, code: "invalid-request", message: error.body ?? "invalid request")
    }
  }

  /// Messages of ours hold no secrets, so the client may see those that are about what it sent.
  private func translated(_ error: any UserFacingError, logger: Logger) -> ProtocolError {
    // Whatever the database says about itself is no fact about the request.
    if let error = error as? PostgreSQLError, error != .textHoldsZero {
      logger.error("the database does not answer", metadata: ["error": "\(error.message)"])
      return .databaseAway
    }
    let status: HTTPResponse.Status
    switch error.kind {
    case .usage, .integrity: status = .badRequest
    case .notFound: status = .notFound
    case .notAuthorised: status = .forbidden
    case .network:
      logger.warning("the upstream store does not answer", metadata: ["error": "\(error.message)"])
      return .upstreamNonsense
    case .failed, .notConfigured, .interrupted:
      logger.error("cannot answer the request", metadata: ["error": "\(error.message)"])
      return Self.internalError
    }
    let code = status == .notFound ? "resource-not-found" : "invalid-request"
    return ProtocolError(status: status, code: code, message: error.message)
  }
}
