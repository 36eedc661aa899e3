import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Reporting
import StoreAPI

/// An answer that is not the one that was hoped for, in the terms of the API that was asked.
struct ProtocolError: Error {
  /// How the body is written.
  enum Shape: Sendable {
    /// `{"error-list":[...]}`, or with an underscore.
    case list(StoreErrors.Spelling)
    /// `{"code":...,"message":...,"extra":{...}}`, as the login service has it.
    case login(extra: [String: String])
  }

  var status: HTTPResponse.Status
  var code: String
  var message: String
  var shape: Shape
  var headers: HTTPFields

  init(
    _ status: HTTPResponse.Status, _ code: String, _ message: String, shape: Shape = .list(.hyphen),
    headers: HTTPFields = [:]
  ) {
    self.status = status
    self.code = code
    self.message = message
    self.shape = shape
    self.headers = headers
  }

  /// An error of the dashboard.
  static func dashboard(
    _ status: HTTPResponse.Status, _ code: String, _ message: String, headers: HTTPFields = [:]
  ) -> ProtocolError { ProtocolError(status, code, message, shape: .list(.underscore), headers: headers) }

  private struct LoginError: Encodable {
    var code: String
    var message: String
    var extra: [String: String]
  }

  /// The answer.
  func response() throws -> Response {
    let body: [UInt8]
    switch shape {
    case .list(let spelling):
      body = try JSONText.bytes(
        of: StoreErrors([StoreErrorItem(code: code, message: message)], spelling: spelling))
    case .login(let extra):
      body = try JSONText.bytes(of: LoginError(code: code, message: message, extra: extra))
    }
    var headers = headers
    headers[.contentType] = MediaType.json
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
  }
}

/// The one place where a failure becomes an answer.
struct ErrorMiddleware: RouterMiddleware {
  typealias Context = SimulatorContext

  func handle(
    _ request: Request, context: SimulatorContext, next: (Request, SimulatorContext) async throws -> Response
  ) async throws -> Response {
    do { return try await next(request, context) } catch let error as ProtocolError {
      return try error.response()
    } catch let error as BakeryRefusal {
      return try error.response()
    } catch let error as FieldSet.Unknown {
      return try ProtocolError(.badRequest, "bad-request", "'\(error.name)' is no field").response()
    } catch let error as HTTPError {
      let code = error.status == .notFound ? "resource-not-found" : "bad-request"
      return try ProtocolError(error.status, code, error.body ?? "there is nothing at \(request.uri.path)").response()
    } catch let error as SimulatorError {
      return try ProtocolError(.internalServerError, "internal-error", error.message).response()
    } catch let error as any UserFacingError {
      return try ProtocolError(.badRequest, "bad-request", error.message).response()
    }
  }
}
