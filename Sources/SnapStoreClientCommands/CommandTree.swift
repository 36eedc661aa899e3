public import CommandLineKit
import ProxyClient
import Reporting
import StoreAPI

/// Everything that snapstore-client offers.
public let snapStoreClient: CommandTree<SnapStoreClientContext> = CommandTree(
  "snapstore-client", aliases: ["snap-store-proxy-client"], version: SoftwareVersion.current,
  summary: "Administer the overrides of a store from anywhere.",
  globals: [Globals.store, Globals.certificateAuthorities],
  sections: [
    CommandSection("Login", commands: [login, logout, whoami]),
    CommandSection("Overrides", commands: [override, listOverrides, deleteOverride]),
    CommandSection("Other", commands: [generate]),
  ],
  environment: [
    EnvironmentVariable("UBUNTU_ONE_SSO_URL", help: "The address of the single sign-on service."),
    EnvironmentVariable(
      "STORE_ADMIN_TOKEN", help: "A token that was exported with a brand's store; it logs in behind an air gap."),
    EnvironmentVariable("SNAPSTORE_EMAIL", help: "The e-mail address, in place of being asked for it."),
    EnvironmentVariable("SNAPSTORE_PASSWORD", help: "The password, in place of being asked for it."),
    EnvironmentVariable("SNAPSTORE_OTP", help: "The one-time code, in place of being asked for it."),
    EnvironmentVariable("https_proxy", help: "A proxy for outgoing HTTPS."),
    EnvironmentVariable("XDG_CONFIG_HOME", help: "Logins are kept in snapstore-client below it, else below ~/.config."),
  ],
  examples: [
    Example("snapstore-client login https://snaps.internal", "log in with an Ubuntu SSO account"),
    Example("snapstore-client override core18 stable=1722", "pin a revision"),
    Example("snapstore-client list-overrides core18", "see what is pinned, and what upstream has"),
  ],
  dynamicValues: { kind, context in
    switch kind {
    case "stores": try context.logins.load().stores.keys.sorted()
    case "overridden-snaps": try await context.withStore { try await $0.overrides(of: nil).map(\.snapName) }
    default: []
    }
  })

private let kind = Positional<String>("kind", help: "bash, zsh, fish, man or markdown.")

/// Prints what is generated from this tree: for scripts/generate and for packages.
private let generate = Command<SnapStoreClientContext>(
  "__generate", summary: "Print completions, the man page or the reference.", parameters: [kind], isHidden: true
) { input, context in
  guard let text = snapStoreClient.generated(input[kind]) else {
    throw input.usageError("there is no '\(input[kind])'")
  }
  context.terminal.print(.text(text))
}
