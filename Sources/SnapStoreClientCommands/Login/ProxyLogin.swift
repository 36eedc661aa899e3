import CommandLineKit
import Foundation
import HTTPClient
import ProxyClient
import StoreModel
import UpstreamStore

/// A login at a store, tried once, then kept: what the store gives for an exported token, where there is one in the
/// environment; else its macaroon, discharged by the single sign-on service for whoever knows the password.
struct ProxyLogin: Sendable {
  let context: SnapStoreClientContext
  let store: ProxyAddress

  /// Whether there is somebody, or something, to answer the questions that renew a login.
  func canAsk(_ login: CredentialFile.Login) -> Bool {
    guard case .signOn = login.credentials else { return false }
    return context.terminal.isInteractive(.error) || context.environment["SNAPSTORE_PASSWORD"]?.isEmpty == false
  }

  /// - Parameter email: Of the account, where it is known; else it is asked.
  @discardableResult
  func run(as email: String? = nil) async throws -> CredentialFile.Login {
    let authorities = context.certificateAuthorities(of: try context.logins.load().stores[store.description])
    let client = context.client(certificateAuthorities: authorities)
    let credentials = try await credentials(client, email: email)
    // Before anything is kept: a login of somebody who is no administrator is worth nothing.
    let check = ProxyAdministration(
      client: client, url: store.description, credentials: credentials,
      loginCommand: SnapStoreClientContext.loginCommand
    ) { $0 }
    _ = try await check.overrides(of: try SnapName(parsing: "snapd"))
    let login = CredentialFile.Login(credentials, email: credentials.claims.email, caFile: authorities)
    try await context.logins.update { contents in
      contents.stores[store.description] = login
      contents.default = store.description
    }
    return login
  }

  private func credentials(_ client: HTTPClient, email: String?) async throws -> ProxyCredentials {
    let administration = ProxyAdministration(
      client: client, url: store.description, loginCommand: SnapStoreClientContext.loginCommand
    ) { $0 }
    if case .token(let token) = try StoreCredentials(environment: context.environment) {
      return try await administration.exchange(token, email: email)
    }
    let root = try await administration.rootMacaroon()
    let terminal = context.terminal
    var questions = LoginQuestions(
      environment: context.environment, ask: { try await terminal.ask($0) },
      askSecret: { try await terminal.askSecret($0) }, note: { terminal.note($0) })
    if let email { questions.email = { email } }
    let discharge = try await PasswordLogin(sso: context.singleSignOn()).discharge(root, asking: questions)
    return .signOn(root: root, discharge: discharge)
  }
}
