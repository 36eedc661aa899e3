import CommandLineKit
import ProxyClient
import StoreAPI
import StoreModel

private let snap = Positional<SnapName?>("snap", help: "Only this snap.", completion: .dynamic("overridden-snaps")) {
  try SnapName(parsing: $0)
}
private let json = Flag("json", help: "Print JSON on standard output.")

let listOverrides = Command<SnapStoreClientContext>(
  "list-overrides",
  summary: "List the overrides of one snap, or of all.",
  description: "The original product's store lists one snap at a time.",
  parameters: [snap, json],
  examples: [Example("snapstore-client list-overrides core18", "one snap")]
) { input, context in
  let entries = try await context.withStore { try await $0.overrides(of: input[snap]) }
  try context.terminal.print(input[json] ? .json(OverridesResponse(entries)) : .lines(entries.map(\.listLine)))
}
