import CommandLineKit
import ProxyClient

let logout = Command<StoreAdminContext>(
  "logout",
  summary: "Forget the login at the store that was logged in to last.",
  examples: [Example("store-admin logout", "the exported token stays good until the store is exported anew")]
) { _, context in
  let store = try await context.logins.update { contents in
    guard let store = contents.default, contents.stores.removeValue(forKey: store) != nil else {
      throw NobodyLoggedIn()
    }
    contents.default = contents.stores.keys.sorted().first
    return store
  }
  context.terminal.print("Logged out of \(store)")
}
