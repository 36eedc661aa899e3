import CommandLineKit
import Foundation
import HTTPClient
import ProxyClient
import Reporting
import StoreModel
import UpstreamStore

private let url = Positional<String?>("url", help: "The address of the store, for example https://snaps.internal.")
private let json = Flag("json", help: "Print JSON on standard output.")

let login = Command<SnapStoreClientContext>(
  "login",
  summary: "Log in to a store with an Ubuntu SSO account, or with an exported token.",
  description: """
    The password goes to the single sign-on service only, never to the store. The store's operator must have made the \
    account an administrator, with 'snap-proxy add-admin'. Behind an air gap STORE_ADMIN_TOKEN can be used instead: the \
    token that was exported with the brand's store.
    """,
  parameters: [url, json],
  examples: [Example("snapstore-client login https://snaps.internal", "log in; the store is remembered")]
) { input, context in
  let store = try await address(input, context)
  if store.description.hasPrefix("http:") {
    context.terminal.note("Warning: \(store) has no TLS; whoever listens on the way can take the login over.")
  }
  let known = try context.logins.load().stores[store.description]
  let authorities = context.certificateAuthorities(of: known)
  let client = context.client(certificateAuthorities: authorities)
  let credentials = try await credentials(of: store, client, context)
  let email = credentials.claims.email
  // Before anything is kept: a login of somebody who is no administrator is worth nothing.
  let check = ProxyAdministration(client: client, url: store.description, credentials: credentials) { $0 }
  _ = try await check.overrides(of: try SnapName(parsing: "snapd"))
  try await context.logins.update { contents in
    contents.stores[store.description] = CredentialFile.Login(credentials, email: email, caFile: authorities)
    contents.default = store.description
  }
  if input[json] {
    try context.terminal.print(.json(["store": store.description, "email": email ?? ""]))
  } else {
    context.terminal.print("Login successful.")
  }
}

/// What the store gives for an exported token, where there is one in the environment; else what a password and the single
/// sign-on service give.
private func credentials(
  of store: ProxyAddress, _ client: HTTPClient, _ context: SnapStoreClientContext
) async throws -> ProxyCredentials {
  let administration = ProxyAdministration(client: client, url: store.description) { $0 }
  if case .token(let token) = StoreCredentials(environment: context.environment) {
    return try await administration.exchange(token, email: nil)
  }
  let root = try await administration.rootMacaroon()
  let terminal = context.terminal
  let questions = LoginQuestions(
    environment: context.environment, ask: { try await terminal.ask($0) },
    askSecret: { try await terminal.askSecret($0) }, note: { terminal.note($0) })
  let discharge = try await PasswordLogin(sso: context.singleSignOn()).discharge(root, asking: questions)
  return .signOn(root: root, discharge: discharge)
}

private func address(_ input: Input, _ context: SnapStoreClientContext) async throws -> ProxyAddress {
  if let named = try context.store(named: input[url]) { return named }
  if let last = try context.logins.load().default { return try ProxyAddress(parsing: last) }
  let answer = try await context.terminal.ask("Store URL")
  guard let store = try context.store(named: answer) else { throw StoreNotNamed() }
  return store
}
