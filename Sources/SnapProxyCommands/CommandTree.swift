public import CommandLineKit
import ProxyState
import Reporting
import StoreModel

/// Everything that snap-proxy offers.
public let snapProxy: CommandTree<SnapProxyContext> = CommandTree(
  "snap-proxy", aliases: ["snap-store-proxy", "enterprise-store"], version: SoftwareVersion.current,
  summary: "A store for snaps behind firewalls and air gaps.",
  globals: [Globals.stateDirectory],
  sections: [
    CommandSection(
      "Set-up",
      commands: [
        config, register, reregister, generateKeys, importRegistration, checkConnections, useCACerts, removeCACerts,
        importCertificate, removeCertificate, enableAirgapMode, disableAirgapMode,
      ]),
    CommandSection("Snaps", commands: [pushSnap, listPushedSnaps, inventory, removeSnap, prune, diskUsage]),
    CommandSection("Brand stores", commands: [pushStore, pushAccountKeys, pushAssertions]),
    CommandSection(
      "Overrides", commands: [override, listOverrides, deleteOverride],
      groups: [
        CommandGroup(
          "overrides", summary: "Overrides as a whole.", commands: [applyOverrides, overrideHistory, undoOverrides])
      ]),
    CommandSection("Administrators", commands: [addAdmin, removeAdmin, listAdmins]),
    CommandSection(
      "Operation", commands: [status, serve, backup, restore],
      groups: [
        CommandGroup(
          "database", summary: "The private PostgreSQL, used while proxy.db.connection is unset.",
          commands: [startDatabase, stopDatabase, runDatabase]),
        CommandGroup(
          "cache", summary: "Files of the upstream store, kept for the next device.",
          commands: [cacheStatus, cacheClear]),
      ]),
    CommandSection("Other", commands: [generate]),
  ],
  environment: [
    EnvironmentVariable("SNAPSTORE_EMAIL", help: "The e-mail address of a login, in place of being asked for it."),
    EnvironmentVariable("SNAPSTORE_PASSWORD", help: "The password, in place of being asked for it."),
    EnvironmentVariable("SNAPSTORE_OTP", help: "The one-time code, in place of being asked for it."),
    EnvironmentVariable("SNAP_PROXY_PASSPHRASE", help: "The passphrase of a backup, in place of being asked for it."),
    EnvironmentVariable("STORE_ADMIN_TOKEN", help: "A store admin token; no login is needed with it."),
    EnvironmentVariable("https_proxy", help: "A proxy for outgoing connections, where proxy.https.proxy is unset."),
    EnvironmentVariable(
      "SNAP_COMMON", help: "The state directory, where neither the option nor SNAP_PROXY_HOME says it."),
  ],
  examples: [
    Example("snap-proxy config proxy.domain=snaps.internal", "name the host that devices use"),
    Example("snap-proxy push-snap jq-20221026T104628.tar.gz", "bring an exported snap into the store"),
    Example("snap-proxy serve", "serve devices"),
  ],
  dynamicValues: { kind, context in
    switch kind {
    case "configuration-keys": ConfigurationKey.all.map(\.name)
    case "pushed-snaps":
      try await context.withExistingStore { store in try await store.catalogue.list().map(\.name.description) }
    case "overridden-snaps":
      try await context.withExistingStore { store in
        try await store.overrides.current().map(\.name.description)
      }
    case "admins": try await context.withExistingStore { try await $0.administrators.all() }
    default: []
    }
  })

private let kind = Positional<String>("kind", help: "bash, zsh, fish, man, markdown or configuration.")

/// Prints what is generated from this tree: for scripts/generate and for packages.
private let generate = Command<SnapProxyContext>(
  "__generate", summary: "Print completions, the man page or the reference.", parameters: [kind], isHidden: true
) { input, context in
  let isConfiguration = input[kind] == "configuration"
  guard let text = isConfiguration ? ConfigurationReference.text : snapProxy.generated(input[kind]) else {
    throw input.usageError("there is no '\(input[kind])'")
  }
  context.terminal.print(.text(text))
}
