import Assertions
import CommandLineKit
import FileSupport
import Reporting
import StoreExport
import StoreModel
import UpstreamStore

private let store = Positional<StoreID>("store", help: "The id of the store: the one that models name.") {
  try StoreID(parsing: $0)
}
private let keys = RepeatedOption<AccountKeyID>(
  "key", valueName: "sha3-384",
  help: "Export this account-key too; name those that sign the devices' models and serials."
) { try AccountKeyID(parsing: $0) }
private let withoutSnaps = Flag("no-snaps", help: "Export no revisions, only the declarations of snaps.")

let exportStore = Command<StoreAdminContext>(
  "store",
  summary: "Export a brand's store with its snaps, as one tarball.",
  description: """
    The tarball holds what 'snap-proxy push-store' needs: the store and its parent, the accounts of the brand and of \
    yourself, account-keys, and all snaps that the store shows, those of the global store that it includes as well. \
    Snaps that are registered and not released are there with their declaration.

    The keys must have been registered before, by the brand account, with 'snapcraft register-key'.

    Beside the tarball a file is written that only you can read. It holds your token, which makes you the administrator \
    of the store behind the air gap: carry it as you would carry a password.

    With --against the tarball has everything but the files that the store behind the gap has already, so that pushing it \
    does the same as pushing the whole. Volumes are tarballs of their own: each can be verified alone, and they are pushed \
    in any order.

    A login in the web browser is needed, by somebody with the role Admin in the store, or STORE_ADMIN_TOKEN.
    """,
  parameters: [
    store, ExportParameters.architectures, ExportParameters.channels, keys, withoutSnaps,
    ExportParameters.exportDirectory, ExportParameters.jobs, ExportParameters.rateLimit, ExportParameters.against,
    ExportParameters.volumeSize, ExportParameters.keepGoing,
    ExportParameters.planOnly, ExportParameters.json,
  ],
  examples: [
    Example(
      """
      store-admin export store --arch=amd64 --arch=arm64 --channel=stable --channel=edge \
      --key=\(exampleKey) myDeviceViewStoreID
      """, "a store for devices of two architectures"),
    Example("store-admin export store --no-snaps myDeviceViewStoreID", "without snaps, for 'export snaps --store'"),
    Example("store-admin export store --against store.inventory myDeviceViewStoreID", "what changed since"),
    Example("store-admin export store --plan myDeviceViewStoreID", "what it would take"),
  ]
) { input, context in
  let options = StoreExportOptions(
    store: input[store], keys: input[keys], withoutSnaps: input[withoutSnaps],
    snaps: try SnapExportOptions(input, context))
  if !input[ExportParameters.planOnly] { try options.snaps.requireExportDirectory() }
  let credentials = try await context.logIn()
  let client = context.client
  let export = StoreExport(
    options, dashboard: Dashboard(client: client, endpoints: context.endpoints, credentials: credentials),
    devices: try DeviceAPI(
      client: client, endpoints: context.endpoints, store: input[store], credentials: credentials),
    roots: context.roots)
  let json = input[ExportParameters.json]
  let progress = TerminalProgress(context.terminal, stream: json ? .error : .output)
  if input[ExportParameters.planOnly] {
    let plan = try await export.plan(progress: TerminalProgress(context.terminal))
    try context.terminal.print(json ? .json(StorePlanReport(plan)) : StorePlanReport(plan).output)
    context.terminal.tellUnread(plan.snaps.unread)
    context.terminal.tell(plan.snaps.failures)
    if let failure = plan.snaps.failures.first { throw failure.error }
    return
  }
  let summary = try await export.run(progress: progress)
  let tokenPath = tokenPath(beside: summary.paths[0])
  try SecretFile.replace(tokenPath, with: Array("\(summary.token.text)\n".utf8))
  let report = StoreReport(summary, store: input[store], tokenPath: tokenPath)
  try context.terminal.print(json ? .json(report) : report.output)
  context.terminal.tell(manifests: summary.manifests, of: summary.paths)
  context.terminal.tellUnread(summary.unread)
  context.terminal.tell(summary.lacking)
  if !summary.lacking.isEmpty { context.terminal.note("Include them in the store, unless its devices have them.") }
  if let failure = summary.incompleteness {
    context.terminal.tell(summary.failures)
    throw failure
  }
}

private let exampleKey = "BWDEoaqyr25nF5SNCvEv2v7QnM9QsfCc0PBMYD_i2NGSQ32EF2d4D0hqUel3m8ul"

/// Named as the tarball, whichever volume that is.
private func tokenPath(beside tarball: String) -> String {
  tarball.replacing(/(-vol[0-9]+of[0-9]+)?\.tar\.gz$/, with: "") + ".macaroon"
}
