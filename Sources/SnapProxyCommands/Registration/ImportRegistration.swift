import Assertions
import CommandLineKit
import ProxyState
import StoreImport

private let bundle = Positional<FilePath>(
  "bundle", help: "registration_bundle.b64 or proxy.assert; '-' reads standard input.")
private let rootKeys = Option<String?>(
  "root-key", valueName: "ids", help: "Trust these root keys from now on, instead of Canonical's.")

private let whenPossible = Flag(
  "when-possible",
  help: "Where there is no database yet, keep the registration and import it once proxy.db.connection is set.")

let importRegistration = Command<SnapProxyContext>(
  "import-registration",
  summary: "Make this host the proxy that was registered elsewhere.",
  description: """
    Takes what 'store-admin register' wrote, or what the original product's tool did. The store assertion is verified to \
    a pinned root key first. proxy.assert alone brings the assertion without the proxy's own keys.
    """,
  parameters: [bundle, rootKeys, whenPossible],
  examples: [Example("snap-proxy import-registration registration_bundle.b64", "on the air-gapped host")]
) { input, context in
  let bytes = try await context.read(input[bundle], limit: RegistrationImport.limit)
  let named = try input[rootKeys].map { try TrustedRoots(parsing: $0) }
  do {
    let registration = try await context.withStore { store in
      let configured = try await store.roots()
      return try await RegistrationImport(store: store, actor: context.actor).run(
        bytes, roots: named ?? configured, pinning: named != nil)
    }
    context.terminal.print("Registered as \(registration.storeID)\(registration.url.map { " at \($0)" } ?? "")")
  } catch PrivatePostgreSQLError.notInstalled where input[whenPossible] {
    let directory = try await context.enterStateDirectory(starting: .none)
    try directory.prepare()
    try PendingRegistration(directory).keep(
      bytes, roots: named ?? .canonical, pinning: named != nil, actor: context.actor)
    context.terminal.print("There is no database yet; the registration is imported once one is configured:")
    context.terminal.print("  snap-proxy config proxy.db.connection=postgresql://USER@HOST/DATABASE")
  }
}
