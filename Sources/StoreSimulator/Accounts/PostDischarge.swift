import HTTPTypes
import Hummingbird
import StoreAPI

/// `POST /api/v2/tokens/discharge` of the login service. Source: auth-and-macaroons, section 4.
struct PostDischarge: Endpoint {
  let login: LoginService
  let board: MisbehaviourBoard

  private struct Question: Decodable {
    var email: String?
    var password: String?
    var caveatID: String?
    var otp: String?

    enum CodingKeys: String, CodingKey {
      case email, password, otp
      case caveatID = "caveat_id"
    }
  }

  func respond(to request: Request, context: SimulatorContext) async throws -> Response {
    let question = try await LoginRefusal.reading { try await read(Question.self, of: request) }
    let required = ["email": question.email, "password": question.password, "caveat_id": question.caveatID]
    let missing = required.filter { $0.value?.isEmpty ?? true }
    guard missing.isEmpty, let email = question.email, let caveatID = question.caveatID else {
      throw LoginRefusal.invalid(missing.mapValues { _ in "This field is required." })
    }
    guard let user = SimulatedUser.find(email: email), question.password == SimulatedUser.password else {
      throw LoginRefusal.error(.unauthorized, "INVALID_CREDENTIALS", "Provided email/password is not correct.")
    }
    if let trouble = user.trouble { throw LoginRefusal.of(trouble) }
    if let expected = user.oneTimePassword {
      guard let given = question.otp, !given.isEmpty else {
        throw LoginRefusal.error(.unauthorized, "TWOFACTOR_REQUIRED", "2-factor authentication required.")
      }
      guard given == expected else {
        throw LoginRefusal.error(
          .forbidden, "TWOFACTOR_FAILURE", "The provided 2-factor key is not recognised.")
      }
    }
    let isExpired = board.take(.expiredDischarge, path: request.uri.path) != nil
    guard let discharge = try login.discharge(caveatID: caveatID, for: user, isExpired: isExpired) else {
      throw LoginRefusal.invalid(["caveat_id": "The caveat is not for this service."])
    }
    return try answer(DischargeMacaroon(discharge))
  }
}

/// `POST /api/v2/tokens/refresh` of the login service.
struct PostDischargeRefresh: Endpoint {
  let login: LoginService
  let board: MisbehaviourBoard

  func respond(to request: Request, context: SimulatorContext) async throws -> Response {
    let old = try await LoginRefusal.reading { try await read(DischargeMacaroon.self, of: request) }
    let isExpired = board.take(.expiredDischarge, path: request.uri.path) != nil
    guard let discharge = try login.refreshed(old.dischargeMacaroon, isExpired: isExpired) else {
      throw LoginRefusal.invalid(["discharge_macaroon": "The macaroon is not of this service."])
    }
    return try answer(DischargeMacaroon(discharge))
  }
}

/// The errors of the login service. Source: auth-and-macaroons, section 4.3.
enum LoginRefusal {
  static func error(
    _ status: HTTPResponse.Status, _ code: String, _ message: String, extra: [String: String] = [:],
    headers: HTTPFields = [:]
  ) -> ProtocolError { ProtocolError(status, code, message, shape: .login(extra: extra), headers: headers) }

  static func invalid(_ fields: [String: String]) -> ProtocolError {
    error(.badRequest, "INVALID_DATA", "Invalid request data", extra: fields)
  }

  static func of(_ trouble: SimulatedUser.Trouble) -> ProtocolError {
    switch trouble {
    case .suspended: error(.unauthorized, "ACCOUNT_SUSPENDED", "Your account has been suspended.")
    case .deactivated: error(.unauthorized, "ACCOUNT_DEACTIVATED", "Your account has been deactivated.")
    case .invalidated: error(.forbidden, "EMAIL_INVALIDATED", "This email address has been invalidated.")
    case .passwordPolicy:
      error(
        .forbidden, "PASSWORD_POLICY_ERROR", "Password too short.",
        extra: ["location": "https://login.example.com/+reset", "reason": "password-too-short"])
    case .rateLimited:
      error(.tooManyRequests, "TOO_MANY_REQUESTS", "Too many requests.", headers: [.retryAfter: "1"])
    }
  }

  /// Tells what is no JSON in the words of the service.
  static func reading<Value>(_ body: () async throws -> Value) async throws -> Value {
    do { return try await body() } catch is ProtocolError { throw invalid(["body": "JSON is expected."]) }
  }
}
