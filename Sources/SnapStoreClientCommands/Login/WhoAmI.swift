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
  guard let login = try context.logins.load().stores[store] else {
    throw ProxyClientError.notLoggedIn(store: store, command: SnapStoreClientContext.loginCommand)
  }
  let claims = login.credentials.claims
  let end = claims.expires.map { $0.formatted(.iso8601) }
  // A discharge is renewed by itself; a login for an exported token ends.
  let renews = if case .signOn = login.credentials { true } else { false }
  if input[json] {
    let report = WhoAmI(
      store: store, email: login.email, brand: claims.brand, renewal: renews ? end : nil, expires: renews ? nil : end)
    try context.terminal.print(.json(report))
  } else {
    let lines = [
      "store: \(store)", "email: \(login.email ?? "unknown")", claims.brand.map { "brand: \($0)" },
      end.map { "\(renews ? "renewal" : "expires"): \($0)" },
    ]
    context.terminal.print(.lines(lines.compactMap(\.self)))
  }
}

private struct WhoAmI: Encodable {
  let store: String
  let email: String?
  /// Whom it speaks for, where it does for a brand only.
  let brand: String?
  /// When the login is renewed by itself.
  let renewal: String?
  /// When it ends.
  let expires: String?
}
