import Foundation
import Hummingbird
import StoreAPI

/// `POST /v2/auth/issue-store-admin`: the root macaroon that an administrator has discharged by the single sign-on
/// service. Answer: ``MacaroonResponse``. Source: the product's documentation, API authentication.
struct PostIssueStoreAdmin: Endpoint {
  let gate: AdministratorGate
  /// Of one address; minting costs an RSA operation.
  let issues = AttemptLimiter(burst: 60, interval: .seconds(1))

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    guard issues.allows(context.client) else { throw ProtocolError.tooManyAttempts }
    issues.count(context.client)
    let tokens = try await gate.tokens()
    guard let key = tokens.party.publicKey else {
      throw ProtocolError(
        status: .serviceUnavailable, code: "sso-not-configured",
        message: "Nobody can log in to this store: its operator must set proxy.sso.public.key.")
    }
    return try answer(MacaroonResponse(macaroon: try tokens.issue(for: key, now: Date())))
  }
}
