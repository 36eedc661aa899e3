import Assertions
import CommandLineKit
import ProxyState
import StoreImport

private let bundle = Positional<FilePath>(
  "bundle", help: "registration_bundle.b64 or proxy.assert; '-' reads standard input.")
private let rootKeys = Option<String?>(
  "root-key", valueName: "ids", help: "Trust these root keys from now on, instead of Canonical's.")

let importRegistration = Command<SnapProxyContext>(
  "import-registration",
  summary: "Make this host the proxy that was registered elsewhere.",
  description: """
    Takes what 'store-admin register' wrote, or what the original product's tool did. The store assertion is verified to \
    a pinned root key first. proxy.assert alone brings the assertion without the proxy's own keys.
    """,
  parameters: [bundle, rootKeys],
  examples: [Example("snap-proxy import-registration registration_bundle.b64", "on the air-gapped host")]
) { input, context in
  let bytes = try await context.read(input[bundle], limit: RegistrationImport.limit, of: input)
  let actor = context.actor
  let registration = try await context.withStore { store in
    var roots = try await store.roots()
    if let ids = input[rootKeys] { roots = try TrustedRoots(parsing: ids) }
    return try await RegistrationImport(store: store, actor: actor).run(
      bytes, roots: roots, pinning: input.has(rootKeys))
  }
  context.terminal.print("Registered as \(registration.storeID)\(registration.url.map { " at \($0)" } ?? "")")
}
