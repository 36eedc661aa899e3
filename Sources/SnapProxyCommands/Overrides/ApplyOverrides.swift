import CommandLineKit
import ProxyServer
import ProxyState
import StoreAPI
import StoreModel

private let file = Option<FilePath>(
  "file", short: "f", valueName: "file", help: "YAML with the overrides; '-' reads standard input.")
private let pruneOthers = Flag("prune", help: "Remove the overrides of snaps that the file does not name.")
private let plan = Flag("plan", help: "Say what would change, and change nothing.")
private let json = Flag("json", help: "Print JSON on standard output.")

let applyOverrides = Command<SnapProxyContext>(
  "apply",
  summary: "Make the overrides be what a file says, all of them or none.",
  description: """
    The file names snaps, their channels and a revision or a list of revisions for each:

        overrides:
          core18:
            stable: [1722, 1725]
          jq:
            latest/edge: 10
          htop: {}

    For each snap that it names the file is the whole truth: what else the snap has of overrides is removed, here all of \
    htop's. Other snaps are left alone unless --prune is given.
    """,
  parameters: [file, pruneOthers, plan, json],
  examples: [Example("snap-proxy overrides apply -f overrides.yaml --plan", "print the difference")]
) { input, context in
  let bytes = try await context.read(input[file], limit: OverrideDocument.limit)
  let document = try OverrideDocument(bytes, file: input[file].path)
  let author = OverrideAuthor(context.actor, by: .command)
  let (isPruning, planOnly) = (input[pruneOthers], input[plan])
  let difference = try await context.withOverrides { desk, store in
    let current = try await store.overrides.current()
    let wanted = try await desk.plan(document.wishes)
    let difference = OverrideDifference(
      current: current, wanted: wanted.changes, named: isPruning ? nil : document.names)
    if !planOnly { try await desk.apply(difference.changes, by: author) }
    return difference
  }
  try context.terminal.print(input[json] ? .json(difference.lines) : .lines(difference.lines.map(\.text)))
  if difference.lines.isEmpty {
    context.terminal.note("The overrides are as the file says")
  } else if planOnly {
    context.terminal.note("Nothing was changed")
  }
}
