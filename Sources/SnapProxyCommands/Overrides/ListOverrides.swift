import CommandLineKit
import ProxyServer
import Reporting
import StoreAPI
import StoreModel

private let snap = Positional<SnapName?>("snap", help: "Only this snap.", completion: .dynamic("overridden-snaps")) {
  try SnapName(parsing: $0)
}
private let json = Flag("json", help: "Print JSON on standard output.")

let listOverrides = Command<SnapProxyContext>(
  "list-overrides",
  summary: "List the overrides of one snap, or of all.",
  parameters: [snap, json],
  examples: [
    Example("snap-proxy list-overrides core18", "one snap"),
    Example("snap-proxy list-overrides --json", "all of them, for a script"),
  ]
) { input, context in
  let list = try await context.withOverrides { desk, _ in try await desk.list(of: input[snap]) }
  try context.terminal.print(
    input[json] ? .json(OverridesResponse(list.entries)) : .lines(list.entries.map(\.listLine)))
  if let failure = list.failure {
    context.terminal.note("The upstream revisions are not known: \(failure.message)")
  }
}
