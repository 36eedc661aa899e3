import Assertions
import CommandLineKit
import ProxyState
import Reporting
import StoreImport

private let bundle = Positional<FilePath>(
  "bundle", help: "registration_bundle.b64 or proxy.assert; '-' reads standard input.")
private let rootKeys = Option<String?>(
  "root-key", valueName: "ids", help: "Trust these root keys from now on, instead of Canonical's.")

private let whenPossible = Flag(
  "when-possible",
  help: "If PostgreSQL is not installed and proxy.db.connection is unset, keep the registration; it is imported when "
    + "proxy.db.connection is set.")

private let keep = Flag(
  "keep", help: "If this store is registered under another store id, keep that registration. install.sh uses this.")

let importRegistration = Command<SnapProxyContext>(
  "import-registration",
  summary: "Make this host the proxy that was registered elsewhere.",
  description: """
    Takes what 'store-admin register' wrote, or what the original product's tool did. The store assertion is verified to \
    a pinned root key first. proxy.assert alone brings the assertion without the proxy's own keys.
    """,
  parameters: [bundle, rootKeys, whenPossible, keep],
  examples: [Example("snap-proxy import-registration registration_bundle.b64", "on the air-gapped host")]
) { input, context in
  let bytes = try await context.read(input[bundle], limit: RegistrationImport.limit)
  let named = try input[rootKeys].map { try TrustedRoots(parsing: $0) }
  do {
    let registration = try await context.withStore { store -> Registration? in
      try await FailureInFile.naming(input[bundle].name) {
        if input[keep], let kept = try await registrationToKeep(store, over: bytes, roots: named) {
          context.terminal.note(kept)
          return nil
        }
        let configured = try await store.roots()
        return try await RegistrationImport(store: store, actor: context.actor).run(
          bytes, roots: named ?? configured, pinning: named != nil)
      }
    }
    guard let registration else { return }
    context.terminal.print("Registered as \(registration.storeID)\(registration.url.map { " at \($0)" } ?? "")")
  } catch PrivatePostgreSQLError.notInstalled where input[whenPossible] {
    let directory = try await context.enterStateDirectory(starting: .none)
    try directory.prepare()
    try await FailureInFile.naming(input[bundle].name) {
      try PendingRegistration(directory).keep(
        bytes, roots: named ?? .canonical, pinning: named != nil, actor: context.actor)
    }
    context.terminal.print("There is no database yet; the registration is imported once one is configured:")
    context.terminal.print("  snap-proxy config proxy.db.connection=postgresql://USER@HOST/DATABASE")
  }
}

/// Says that the store keeps its registration; `nil` where there is none, or one of the same id.
private func registrationToKeep(
  _ store: ProxyStore, over bytes: [UInt8], roots: TrustedRoots?
) async throws -> String? {
  guard let current = try await store.registration.current() else { return nil }
  let configured = try await store.roots()
  let new = try RegistrationImport.verifiedStoreID(of: bytes, roots: roots ?? configured)
  guard new != current.storeID else { return nil }
  return """
    This store stays registered as \(current.storeID); the registration \(new) was not imported.
    'snap-proxy import-registration' replaces it; devices must then be connected again.
    """
}
