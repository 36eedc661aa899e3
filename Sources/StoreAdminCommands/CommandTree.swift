public import CommandLineKit
import Reporting

/// Everything that store-admin offers.
public let storeAdmin: CommandTree<StoreAdminContext> = CommandTree(
  "store-admin", version: SoftwareVersion.current,
  summary: "Register stores, and export snaps and brands' stores for stores without internet.",
  globals: [Globals.upstream, Globals.rootKeys],
  sections: [
    CommandSection("Registration", commands: [register]),
    CommandSection(
      "Exports",
      groups: [
        CommandGroup(
          "export", summary: "Export from the upstream store.",
          commands: [exportSnaps, exportStore, exportToken, verifyExport])
      ]),
    CommandSection("Stores behind an air gap", commands: [login, logout, whoami]),
    CommandSection("Other", commands: [generate]),
  ],
  environment: [
    EnvironmentVariable("STORE_ADMIN_TOKEN", help: "A store admin token; no login is needed with it."),
    EnvironmentVariable("BROWSER", help: "The web browser to log in with."),
    EnvironmentVariable("STORE_API_URL", help: "The address of the devices API."),
    EnvironmentVariable("STORE_DASHBOARD_URL", help: "The address of the dashboard."),
    EnvironmentVariable("UBUNTU_ONE_SSO_URL", help: "The address of the single sign-on service."),
    EnvironmentVariable("SNAPSTORE_EMAIL", help: "The e-mail address, in place of being asked for it."),
    EnvironmentVariable("SNAPSTORE_PASSWORD", help: "The password, in place of being asked for it."),
    EnvironmentVariable("SNAPSTORE_OTP", help: "The one-time code, in place of being asked for it."),
    EnvironmentVariable("https_proxy", help: "A proxy for outgoing HTTPS."),
    EnvironmentVariable("XDG_CONFIG_HOME", help: "Logins are kept in store-admin below it, else below ~/.config."),
  ],
  examples: [
    Example("store-admin register --offline https://snaps.internal", "register a store behind an air gap"),
    Example("store-admin export snaps jq htop --arch=amd64 --arch=arm64", "export two snaps"),
    Example("store-admin export store myDeviceViewStoreID", "export a brand's store"),
  ])

private let kind = Positional<String>("kind", help: "bash, zsh, fish, man or markdown.")

/// Prints what is generated from this tree: for scripts/generate and for packages.
private let generate = Command<StoreAdminContext>(
  "__generate", summary: "Print completions, the man page or the reference.", parameters: [kind], isHidden: true
) { input, context in
  guard let text = storeAdmin.generated(input[kind]) else { throw input.usageError("there is no '\(input[kind])'") }
  context.terminal.print(.text(text))
}
