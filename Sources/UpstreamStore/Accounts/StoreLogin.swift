public import Reporting
public import StoreAPI

/// Logs in to the upstream store with a password: a root macaroon of the dashboard, discharged by the login service.
public struct StoreLogin: Sendable {
  private let dashboard: Dashboard
  private let login: PasswordLogin

  /// A login at one upstream.
  public init(dashboard: Dashboard, sso: SingleSignOn) {
    self.dashboard = dashboard
    login = PasswordLogin(sso: sso)
  }

  /// - Throws: ``PasswordRefused``, what ``PasswordLogin/discharge(_:asking:)`` throws besides, ``UpstreamError``.
  public func logIn(_ access: AccessRequest, asking questions: LoginQuestions) async throws -> StoreCredentials {
    let root = try await dashboard.accessMacaroon(access)
    do {
      return .macaroons(root: root, discharge: try await login.discharge(root, asking: questions))
    } catch let reason as SingleSignOnError {
      throw PasswordRefused(reason: reason)
    }
  }
}

/// The login service took no password for the account; a login in the web browser may be the way.
public struct PasswordRefused: UserFacingError, Equatable {
  /// In the service's words.
  public let reason: SingleSignOnError

  /// The reason's.
  public var kind: FailureKind { reason.kind }
  /// Why.
  public var message: String { reason.message }
  /// The reason's, where there is one: only what nothing else helps is left to the browser.
  public var advice: String? {
    switch reason {
    case .invalidCredentials, .secondFactorRequired, .secondFactorRefused, .other(400..<500, _):
      "to log in in a web browser, run 'export STORE_ADMIN_TOKEN=$(store-admin export token)' first"
    default: reason.advice
    }
  }
}
