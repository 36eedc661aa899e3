public import HTTPClient
import Macaroons
public import Reporting
import StoreAPI

/// Ubuntu SSO: turns passwords into discharges. Passwords go to this service and nowhere else.
///
/// Source: Ubuntu SSO, OAuth tokens; auth-and-macaroons, section 4.
public struct SingleSignOn: Sendable {
  /// The address of the service.
  public let url: String
  private let client: HTTPClient

  /// A client of the service.
  public init(client: HTTPClient, endpoints: UpstreamEndpoints) {
    self.client = client
    url = endpoints.sso
  }

  /// - Parameters:
  ///   - caveatID: Of the third-party caveat, verbatim.
  ///   - oneTimePassword: Only where it was asked for.
  /// - Returns: The discharge, unbound.
  /// - Throws: ``SingleSignOnError``, ``HTTPClientError``.
  public func discharge(
    email: String, password: String, caveatID: String, oneTimePassword: String? = nil
  ) async throws -> String {
    let call = try StoreCall(
      // The service counts wrong passwords, also where its answer is an error of another kind.
      "log in", at: url, method: "POST", path: "/api/v2/tokens/discharge", isIdempotent: false
    ).with(body: DischargeRequest(email: email, password: password, caveatID: caveatID, otp: oneTimePassword))
    return try await answer(call)
  }

  /// A new discharge for one that expired.
  /// - Throws: ``SingleSignOnError`` where only a new login helps.
  public func refresh(_ discharge: String) async throws -> String {
    let call = try StoreCall(
      "renew the login", at: url, method: "POST", path: "/api/v2/tokens/refresh", isIdempotent: true
    ).with(body: DischargeMacaroon(discharge))
    return try await answer(call)
  }

  private func answer(_ call: StoreCall) async throws -> String {
    let response = try await client.send(call.request)
    guard response.status == 200 else { throw SingleSignOnError(response, call: call) }
    let discharge = try call.decode(DischargeMacaroon.self, from: response).dischargeMacaroon
    guard (try? Macaroon(text: discharge)) != nil else {
      throw UpstreamError.malformedAnswer(doing: call.doing, reason: "its discharge is no macaroon")
    }
    return discharge
  }
}

/// Why Ubuntu SSO gave no discharge.
public enum SingleSignOnError: UserFacingError, Equatable {
  /// E-mail address or password is wrong.
  case invalidCredentials
  /// The account wants a one-time code as well.
  case secondFactorRequired
  /// The one-time code is wrong.
  case secondFactorRefused
  /// The account is suspended, deactivated or its address was invalidated.
  case accountUnavailable(String)
  /// The password must be reset first.
  case passwordPolicy(location: String?)
  /// What was sent is malformed; one text for each field.
  case invalidData([String])
  /// Too many attempts.
  case tooManyRequests
  /// Anything else, in the service's words.
  case other(status: Int, message: String)

  /// A service that is broken is a matter of the network; all else one of rights.
  public var kind: FailureKind {
    if case .other(let status, _) = self, status >= 500 || status < 400 { .network } else { .notAuthorised }
  }

  /// What the service said.
  public var message: String {
    switch self {
    case .invalidCredentials: "cannot log in: the e-mail address or the password is not correct"
    case .secondFactorRequired: "cannot log in: the account needs a second-factor code"
    case .secondFactorRefused: "cannot log in: the second-factor code is not recognised"
    case .accountUnavailable(let message): "cannot log in: \(message)"
    case .passwordPolicy: "cannot log in: the password does not meet the policy and must be reset"
    case .invalidData(let fields): "cannot log in: \(fields.joined(separator: "; "))"
    case .tooManyRequests: "cannot log in: there were too many attempts"
    case .other(let status, let message):
      "cannot log in: \(message.isEmpty ? "the login service answered with status \(status)" : message)"
    }
  }

  /// What the user can do.
  public var advice: String? {
    switch self {
    case .passwordPolicy(let location): "reset it at \(location ?? "https://login.ubuntu.com")"
    case .tooManyRequests: "wait some minutes and try again"
    default: nil
    }
  }
}
