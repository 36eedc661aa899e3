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

  /// - Throws: What ``PasswordLogin/discharge(_:asking:)`` throws, ``UpstreamError``.
  public func logIn(_ access: AccessRequest, asking questions: LoginQuestions) async throws -> StoreCredentials {
    let root = try await dashboard.accessMacaroon(access)
    return .macaroons(root: root, discharge: try await login.discharge(root, asking: questions))
  }
}
