import CommandLineKit
import Foundation
import Reporting
import StoreExport
import StoreModel
import UpstreamStore

private let snaps = RepeatedPositional<SnapName>("snap", isRequired: false, help: "The snaps, by name.") {
  try SnapName(parsing: $0)
}
private let channels = RepeatedOption<Channel>(
  "channel", valueName: "channel", help: "Export what this channel holds (default stable)."
) { try Channel(parsing: $0) }
private let architectures = RepeatedOption<Architecture>(
  "arch", valueName: "arch", help: "Export for this architecture (default amd64).",
  completion: .choices(Architecture.known.map(\.description))
) { try Architecture(parsing: $0) }
private let exportDirectory = Option<DirectoryPath?>("export-dir", valueName: "dir", help: "Where the tarballs go.")
private let fromYAML = Option<FilePath?>(
  "from-yaml", valueName: "file", help: "A list of packages with name, revision and push_channel.")
private let jobs = Option<Int>("jobs", short: "j", default: 4, valueName: "n", help: "Download so many files at once.")
private let rateLimit = Option<ByteCount?>(
  "limit-rate", valueName: "bytes", help: "Download no faster than so many bytes a second, for example 10M.")
private let keepGoing = Flag("keep-going", help: "Export the other snaps when one fails, and say at the end which did.")
private let planOnly = Flag("plan", help: "Say what would be exported, and move nothing.")
private let withDependencies = Flag("with-deps", help: "Export bases, snapd and content providers too.")
private let json = Flag("json", help: "Print JSON on standard output.")

let exportSnaps = Command<StoreAdminContext>(
  "snaps",
  summary: "Export snaps from the upstream store, one tarball for each.",
  description: """
    Each tarball holds the files, the channel map, the metadata and every assertion that a device needs to trust them. \
    Everything is verified before it is written. An interrupted download is resumed by the next run, and what was \
    downloaded once comes from the cache.
    """,
  parameters: [
    snaps, channels, architectures, exportDirectory, fromYAML, jobs, rateLimit, keepGoing, planOnly, withDependencies,
    json,
  ],
  examples: [
    Example(
      "store-admin export snaps jq htop --channel=stable --arch=amd64 --arch=arm64 --export-dir .",
      "two snaps for two architectures"),
    Example("store-admin export snaps --from-yaml snaps.yaml", "revisions that charms ask for"),
    Example("store-admin export snaps firefox --with-deps --plan", "what a snap and all that it needs would take"),
  ]
) { input, context in
  var packages: [PinnedPackage] = []
  if let file = input[fromYAML] {
    guard let data = FileManager.default.contents(atPath: file.path) else {
      throw input.usageError("cannot read \(file)")
    }
    packages = try PackageList.parse(String(decoding: data, as: UTF8.self), file: file.path)
  }
  guard !input[snaps].isEmpty || !packages.isEmpty else {
    throw input.usageError("there is nothing to export", advice: "name a snap, or give a file with --from-yaml")
  }
  guard (1...64).contains(input[jobs]) else { throw input.usageError("--jobs must be from 1 to 64") }
  let options = SnapExportOptions(
    snaps: input[snaps], packages: packages, channels: input[channels].isEmpty ? [.stable] : input[channels],
    architectures: input[architectures].isEmpty ? [.amd64] : input[architectures],
    withDependencies: input[withDependencies],
    exportDirectory: input[exportDirectory]?.path ?? context.exportDirectory, cacheDirectory: context.cacheDirectory,
    jobs: input[jobs], rateLimit: input[rateLimit]?.bytes, keepsGoing: input[keepGoing])
  let export = SnapExport(
    options, devices: DeviceAPI(client: context.client, endpoints: context.endpoints), roots: context.roots)
  let plan = try await export.plan()
  if input[planOnly] {
    try context.terminal.print(input[json] ? .json(PlanReport(plan)) : PlanReport(plan).output)
    tell(plan.failures, context.terminal)
    if let failure = plan.failures.first { throw failure.error }
    return
  }
  let progress = TerminalProgress(context.terminal, stream: input[json] ? .error : .output)
  let summary = try await export.run(plan, progress: progress)
  try context.terminal.print(input[json] ? .json(ExportReport(summary)) : ExportReport(summary).output)
  for lacking in summary.lacking {
    let users = lacking.neededBy.map(\.description).joined(separator: ", ")
    context.terminal.note("\(users) needs \(lacking.name) (\(lacking.reason)), which is not in this export")
  }
  if !summary.lacking.isEmpty { context.terminal.note("Export them too with --with-deps, unless the store has them.") }
  if let failure = summary.incompleteness {
    if summary.failures.count > 1 || !summary.bundles.isEmpty { tell(summary.failures, context.terminal) }
    throw failure
  }
}

private func tell(_ failures: [ExportFailure], _ terminal: any Terminal) {
  for failure in failures { terminal.note("\(failure.name): \(failure.error.message)") }
}
