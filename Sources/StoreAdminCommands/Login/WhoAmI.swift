import CommandLineKit
import ProxyClient
import StoreAPI

private let json = Flag("json", help: "Print JSON on standard output.")

let whoami = Command<StoreAdminContext>(
  "whoami",
  summary: "Say who is logged in at the store that was logged in to last, as the store sees it.",
  parameters: [json],
  examples: [Example("store-admin whoami", "also a way to see whether the login is still good")]
) { input, context in
  let identity = try await context.withStore { try await $0.identity() }
  if input[json] {
    try context.terminal.print(.json(identity))
  } else {
    let store = try context.logins.load().default ?? ""
    context.terminal.print(
      .lines([
        "store: \(store)", "email: \(identity.account.email)", "brand: \(identity.brandID)",
        "stores: \(identity.storeIDs.joined(separator: ", "))", "expires: \(identity.expires)",
      ]))
  }
}
