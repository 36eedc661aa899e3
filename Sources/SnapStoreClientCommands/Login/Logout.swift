import CommandLineKit
import ProxyClient
import UpstreamStore

let logout = Command<SnapStoreClientContext>(
  "logout",
  summary: "Forget the login of a store.",
  examples: [
    Example("snapstore-client logout", "of the store that was logged in to last"),
    Example("snapstore-client --store https://snaps.internal logout", "of another one"),
  ]
) { _, context in
  let store = try context.store().description
  try await context.logins.update { contents in
    guard contents.stores.removeValue(forKey: store) != nil else {
      throw ProxyClientError.notLoggedIn(store: store, command: SnapStoreClientContext.loginCommand)
    }
    if contents.default == store { contents.default = contents.stores.keys.sorted().first }
  }
  context.terminal.print("Logged out of \(store)")
}
