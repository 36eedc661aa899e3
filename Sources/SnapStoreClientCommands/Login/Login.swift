import CommandLineKit
import Foundation
import ProxyClient
import Reporting
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
  let login = try await ProxyLogin(context: context, store: store).run()
  if input[json] {
    try context.terminal.print(.json(["store": store.description, "email": login.email ?? ""]))
  } else {
    context.terminal.print("Login successful.")
  }
}

private func address(_ input: Input, _ context: SnapStoreClientContext) async throws -> ProxyAddress {
  if let named = try context.store(named: input[url]) { return named }
  if let last = try context.logins.load().default { return try ProxyAddress(parsing: last) }
  let answer = try await context.terminal.ask("Store URL")
  guard let store = try context.store(named: answer) else { throw StoreNotNamed() }
  return store
}
