import CommandLineKit
import ProxyClient
import StoreAPI
import StoreModel

private let snap = Positional<SnapName>("snap", help: "The snap.", completion: .dynamic("overridden-snaps")) {
  try SnapName(parsing: $0)
}
private let channel = Positional<Channel?>("channel", help: "Only this channel.") { try Channel(parsing: $0) }
private let plan = Flag("plan", help: "Say what would change, and change nothing.")
private let json = Flag("json", help: "Print JSON on standard output.")

let deleteOverride = Command<SnapStoreClientContext>(
  "delete-override",
  summary: "Make devices get what a channel holds again, on every architecture.",
  parameters: [snap, channel, plan, json],
  examples: [
    Example("snapstore-client delete-override core18 stable", "one channel"),
    Example("snapstore-client delete-override core18", "all channels"),
  ]
) { input, context in
  let (name, only, planOnly) = (input[snap], input[channel], input[plan])
  let entries = try await context.withStore { store in
    var channels = only.map { [$0] } ?? []
    if only == nil {
      // The API removes the overrides of one channel at a time.
      channels = Set(try await store.overrides(of: name).map(\.channel)).sorted().compactMap {
        try? Channel(parsing: $0)
      }
    }
    guard !channels.isEmpty else { return [OverrideEntry]() }
    return try await store.change(
      channels.map { OverrideRequestItem(snap: name, revision: nil, channel: $0) }, planOnly: planOnly)
  }
  try context.terminal.print(input[json] ? .json(OverridesResponse(entries)) : .lines(entries.map(\.line)))
  if entries.isEmpty { context.terminal.note("\(name) has no override\(only.map { " in \($0.name)" } ?? "")") }
  if planOnly, !entries.isEmpty { context.terminal.note("Nothing was changed") }
}
