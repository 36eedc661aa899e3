import CommandLineKit
import Foundation
import ProxyClient
import UpstreamStore

private let json = Flag("json", help: "Print JSON on standard output.")

let whoami = Command<SnapStoreClientContext>(
  "whoami",
  summary: "Say who is logged in where.",
  parameters: [json],
  examples: [Example("snapstore-client whoami", "the store that was logged in to last")]
) { input, context in
  let store = try context.store().description
  guard let login = try context.logins.load().stores[store] else { throw ProxyClientError.notLoggedIn(store: store) }
  let claims = login.credentials.claims
  let renewal = claims.expires.map { $0.formatted(.iso8601) }
  if input[json] {
    try context.terminal.print(.json(WhoAmI(store: store, email: login.email, renewal: renewal)))
  } else {
    context.terminal.print(
      .lines(["store: \(store)", "email: \(login.email ?? "unknown")"] + (renewal.map { ["renewal: \($0)"] } ?? [])))
  }
}

private struct WhoAmI: Encodable {
  let store: String
  let email: String?
  /// When the login is renewed by itself.
  let renewal: String?
}
