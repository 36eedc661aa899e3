import Foundation
import Hummingbird
import Macaroons
import ProxyState

/// Lets administrators in. Source: the product's documentation, API authentication; auth-and-macaroons, sections 7, 8 and
/// 11.2.
struct AdministratorGate: Sendable {
  let sources: AdministrationSources
  let storefront: CurrentStorefront
  /// Logins of brands' administrators, where they are accepted.
  let gateway: GatewayGate?
  /// Failed attempts of one address.
  let failures = AttemptLimiter(burst: 20, interval: .seconds(3))

  /// Who asks.
  /// - Throws: ``ProtocolError`` that tells the client whether to log in, to refresh, or to give up.
  func administrator(of request: Request, context: DeviceContext) async throws -> Administrator {
    try await counting(request, context) { header throws(ProtocolError) in
      if let login = try await gateway?.login(header, of: request) {
        let stores = storefront.latest.stores(of: login.administrator.brandID)
        return Administrator(email: login.administrator.email, sight: Audience(stores: stores))
      }
      return try await judge(header)
    }
  }

  /// The same for what only the administrator of a brand may ask.
  func gatewayLogin(of request: Request, context: DeviceContext) async throws -> GatewayTokens.Login {
    try await counting(request, context) { header throws(ProtocolError) in
      guard let login = try await gateway?.login(header, of: request) else { throw .loginNeeded }
      return login
    }
  }

  private func counting<Value: Sendable>(
    _ request: Request, _ context: DeviceContext, _ judge: (String) async throws(ProtocolError) -> Value
  ) async throws(ProtocolError) -> Value {
    guard let header = request.headers[.authorization] else { throw ProtocolError.loginNeeded }
    do throws(ProtocolError) {
      return try await judge(header)
    } catch {
      // A login that is merely over is nobody's attempt to break in, and neither is our own database's absence.
      guard error != .unavailable, error.code != "macaroon-needs-refresh" else { throw error }
      // Only who fails is slowed down: others may come from the same address, through a load balancer.
      guard failures.allows(context.client) else { throw .tooManyAttempts }
      failures.count(context.client)
      throw error
    }
  }

  private func judge(_ value: String) async throws(ProtocolError) -> Administrator {
    guard let header = AuthorizationHeader(value) else { throw .loginNeeded }
    let account: AdministratorTokens.Account
    let isAdministrator: Bool
    do {
      let now = Date()
      account = try await tokens().account(of: header, now: now)
      isAdministrator = try await sources.isAdministrator(account.email)
    } catch let failure as AdministratorTokens.Failure {
      switch failure {
      case .invalid: throw .loginNeeded
      case .needsRefresh(let expired): throw .refreshNeeded(expired: expired)
      case .forbidden(let reason): throw .permissionNeeded(reason)
      }
    } catch {
      throw .unavailable
    }
    guard isAdministrator else { throw .permissionNeeded("\(account.email) is not an administrator of this store.") }
    return Administrator(email: account.email, sight: nil)
  }

  /// What writes and reads logins now.
  func tokens() async throws -> AdministratorTokens {
    AdministratorTokens(
      secret: try await sources.secret(), location: storefront.latest.identity.address.host,
      party: try await sources.singleSignOn())
  }
}

extension ProtocolError {
  /// Nobody is logged in; refreshing does not help.
  static let loginNeeded = ProtocolError(
    status: .unauthorized, code: "macaroon-authorization-required", message: "Log in to the store first.",
    headers: [.wwwAuthenticate: "Macaroon realm=\"snap-proxy\""])

  /// Only the discharge is over. Old clients compare the whole header.
  static func refreshNeeded(expired: Date) -> ProtocolError {
    ProtocolError(
      status: .unauthorized, code: "macaroon-needs-refresh",
      message:
        "Expired macaroon (age: \(max(0, Int(exactly: Date().timeIntervalSince(expired).rounded(.down)) ?? 0)) s).",
      headers: [.wwwAuthenticate: "Macaroon needs_refresh=1"])
  }

  static func permissionNeeded(_ message: String) -> ProtocolError {
    ProtocolError(status: .forbidden, code: "macaroon-permission-required", message: message)
  }

  static let tooManyAttempts = ProtocolError(
    status: .tooManyRequests, code: "too-many-requests", message: "There were too many attempts; wait a minute.",
    headers: [.retryAfter: "60"])

  static let unavailable = ProtocolError(
    status: .serviceUnavailable, code: "service-unavailable", message: "The store cannot check logins now.",
    headers: [.retryAfter: Self.retryAfter])
}
