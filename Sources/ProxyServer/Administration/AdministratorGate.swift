import Foundation
import Hummingbird

/// Lets administrators in. Source: the product's documentation, API authentication; auth-and-macaroons, sections 7 and 8.
struct AdministratorGate: Sendable {
  let sources: AdministrationSources
  let storefront: CurrentStorefront
  /// Failed attempts of one address.
  let failures = AttemptLimiter(burst: 20, interval: .seconds(3))

  /// Who asks.
  /// - Throws: ``ProtocolError`` that tells the client whether to log in, to refresh, or to give up.
  func administrator(of request: Request, context: DeviceContext) async throws -> AdministratorTokens.Account {
    let address = context.channel.remoteAddress?.ipAddress ?? ""
    guard failures.allows(address) else { throw ProtocolError.tooManyAttempts }
    guard let value = request.headers[.authorization] else { throw ProtocolError.loginNeeded }
    do throws(ProtocolError) {
      return try await judge(value)
    } catch {
      // A login that is merely over is nobody's attempt to break in, and neither is our own database's absence.
      if error != .unavailable, error.code != "macaroon-needs-refresh" { failures.count(address) }
      throw error
    }
  }

  private func judge(_ value: String) async throws(ProtocolError) -> AdministratorTokens.Account {
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
    return account
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
      message: "Expired macaroon (age: \(max(0, Int(Date().timeIntervalSince(expired)))) s).",
      headers: [.wwwAuthenticate: "Macaroon needs_refresh=1"])
  }

  static func permissionNeeded(_ message: String) -> ProtocolError {
    ProtocolError(status: .forbidden, code: "macaroon-permission-required", message: message)
  }

  static let tooManyAttempts = ProtocolError(
    status: .tooManyRequests, code: "too-many-requests", message: "There were too many attempts; wait a minute.",
    headers: [.retryAfter: "60"])

  static let unavailable = ProtocolError(
    status: .serviceUnavailable, code: "service-unavailable", message: "The store cannot check logins now.")
}
