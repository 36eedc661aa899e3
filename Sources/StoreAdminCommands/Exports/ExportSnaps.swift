import CommandLineKit
import FileSupport
import Reporting
import StoreExport
import StoreModel
import UpstreamStore

private let snaps = RepeatedPositional<SnapName>("snap", isRequired: false, help: "The snaps, by name.") {
  try SnapName(parsing: $0)
}
private let fromYAML = Option<FilePath?>(
  "from-yaml", valueName: "file", help: "A list of packages with name, revision and push_channel.")
private let store = Option<StoreID?>(
  "store", valueName: "id", help: "Export from this private store; you are asked to log in."
) { try StoreID(parsing: $0) }
private let withDependencies = Flag("with-deps", help: "Export bases, snapd and content providers too.")

let exportSnaps = Command<StoreAdminContext>(
  "snaps",
  summary: "Export snaps from the upstream store, one tarball for each.",
  description: """
    Each tarball holds the files, the channel map, the metadata and every assertion that a device needs to trust them. \
    Everything is verified before it is written. An interrupted download is resumed by the next run, and what was \
    downloaded once comes from the cache.

    With --against a tarball has everything but the files that the store has already, so that pushing it does the same as \
    pushing the whole. Volumes are tarballs of their own: each can be verified alone, and they are pushed in any order.

    With --store the snaps come from a brand's store, and the store that they are pushed to shows them to devices of \
    that brand only. A login in the web browser is needed, or STORE_ADMIN_TOKEN.
    """,
  parameters: [
    snaps, ExportParameters.channels, ExportParameters.architectures, ExportParameters.exportDirectory, fromYAML, store,
    ExportParameters.jobs, ExportParameters.rateLimit, ExportParameters.against, ExportParameters.volumeSize,
    ExportParameters.keepGoing, ExportParameters.planOnly,
    withDependencies, ExportParameters.json,
  ],
  examples: [
    Example(
      "store-admin export snaps jq htop --channel=stable --arch=amd64 --arch=arm64 --export-dir .",
      "two snaps for two architectures"),
    Example("store-admin export snaps --from-yaml snaps.yaml", "revisions that charms ask for"),
    Example("store-admin export snaps firefox --with-deps --plan", "what a snap and all that it needs would take"),
    Example(
      "store-admin export snaps firefox --against store.inventory --volume-size 4G --export-dir /media/stick",
      "what a store lacks, for a file system that takes no larger files"),
    Example("store-admin export snaps acme-app --store acme-devices", "a snap of a brand's store"),
  ]
) { input, context in
  var packages: [PinnedPackage] = []
  if let file = input[fromYAML] {
    let data = try InputFile(file.path).contents(limit: PackageList.limit)
    packages = try PackageList.parse(data, file: file.path)
  }
  guard !input[snaps].isEmpty || !packages.isEmpty else {
    throw input.usageError("there is nothing to export", advice: "name a snap, or give a file with --from-yaml")
  }
  let options = try SnapExportOptions(
    input, context, snaps: input[snaps], packages: packages, withDependencies: input[withDependencies],
    store: input[store])
  if !input[ExportParameters.planOnly] { try options.requireExportDirectory() }
  let credentials = try await input[store] == nil ? nil : context.logIn()
  let export = SnapExport(
    options,
    devices: try DeviceAPI(
      client: context.client, endpoints: context.endpoints, store: input[store], credentials: credentials),
    roots: context.roots)
  let plan = try await export.plan()
  let json = input[ExportParameters.json]
  if input[ExportParameters.planOnly] {
    try context.terminal.print(json ? .json(PlanReport(plan)) : PlanReport(plan).output)
    context.terminal.tellUnread(plan.unread)
    context.terminal.tell(plan.failures)
    if let failure = plan.failures.first { throw failure.error }
    return
  }
  let progress = TerminalProgress(context.terminal, stream: json ? .error : .output)
  let summary = try await export.run(plan, progress: progress)
  try context.terminal.print(json ? .json(ExportReport(summary)) : ExportReport(summary).output)
  for bundle in summary.bundles { context.terminal.tell(manifests: bundle.manifests, of: bundle.paths) }
  context.terminal.tellUnread(summary.unread)
  context.terminal.tell(summary.lacking)
  if !summary.lacking.isEmpty { context.terminal.note("Export them too with --with-deps, unless the store has them.") }
  if let failure = summary.incompleteness {
    if summary.failures.count > 1 || !summary.bundles.isEmpty { context.terminal.tell(summary.failures) }
    throw failure
  }
}
