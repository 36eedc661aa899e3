import CommandLineKit
import Reporting
import UpstreamStore

/// What the token is written for.
private enum TokenFormat: String, CaseIterable, ParameterValue { case token, snapcraft }

private let format = Option<TokenFormat>(
  "format", default: .token, help: "The token alone, or as snapcraft takes it in SNAPCRAFT_STORE_CREDENTIALS.")

let exportToken = Command<StoreAdminContext>(
  "token",
  summary: "Print a token for authentication without a browser.",
  description: """
    Logs in in the web browser and prints a token, which is good for a year. Where STORE_ADMIN_TOKEN is set to it, \
    store-admin asks nobody to log in. Whoever has the token has your rights: keep it where only you can read it.
    """,
  parameters: [format],
  examples: [
    Example("store-admin export token", "a token for STORE_ADMIN_TOKEN"),
    Example("store-admin export token --format snapcraft", "the same for snapcraft"),
  ]
) { input, context in
  let credentials = try await context.logIn()
  let dashboard = Dashboard(client: context.client, endpoints: context.endpoints, credentials: credentials)
  let token = try await dashboard.administrator().token
  switch input[format] {
  case .token: context.terminal.print(token.text)
  case .snapcraft: context.terminal.print(try token.snapcraftCredentials())
  }
}
