import CommandLineKit
import Foundation
import ProxyClient
import StoreModel
import UpstreamStore

/// A login with a password: the store's macaroon, discharged by the single sign-on service, tried once, then kept.
struct StoreLogin: Sendable {
  let context: SnapStoreClientContext
  let store: ProxyAddress

  /// Whether there is somebody, or something, to answer the questions.
  var canAsk: Bool {
    context.terminal.isInteractive(.error) || context.environment["SNAPSTORE_PASSWORD"]?.isEmpty == false
  }

  /// - Parameter email: Of the account, where it is known; else it is asked.
  @discardableResult
  func run(as email: String? = nil) async throws -> CredentialFile.Login {
    let authorities = context.certificateAuthorities(of: try context.logins.load().stores[store.description])
    let client = context.client(certificateAuthorities: authorities)
    let terminal = context.terminal
    let root = try await ProxyAdministration(client: client, url: store.description) { $0 }.rootMacaroon()
    var questions = LoginQuestions(
      environment: context.environment, ask: { try await terminal.ask($0) },
      askSecret: { try await terminal.askSecret($0) }, note: { terminal.note($0) })
    if let email { questions.email = { email } }
    let discharge = try await PasswordLogin(sso: context.singleSignOn()).discharge(root, asking: questions)
    let credentials = ProxyCredentials(root: root, discharge: discharge)
    // Before anything is kept: a login of somebody who is no administrator is worth nothing.
    let check = ProxyAdministration(client: client, url: store.description, credentials: credentials) { $0 }
    _ = try await check.overrides(of: try SnapName(parsing: "snapd"))
    let login = CredentialFile.Login(credentials, email: credentials.claims.email, caFile: authorities)
    try await context.logins.update { contents in
      contents.stores[store.description] = login
      contents.default = store.description
    }
    return login
  }
}
