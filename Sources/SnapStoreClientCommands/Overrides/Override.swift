import CommandLineKit
import ProxyClient
import StoreAPI
import StoreModel

private let snap = Positional<SnapName>("snap", help: "The snap.", completion: .dynamic("overridden-snaps")) {
  try SnapName(parsing: $0)
}
private let pins = RepeatedPositional<ChannelPin>(
  "channel=revision", isRequired: true, help: "A channel and the revision that devices get from it."
) { try ChannelPin(parsing: $0) }
private let plan = Flag("plan", help: "Say what would change, and change nothing.")
private let json = Flag("json", help: "Print JSON on standard output.")

let override = Command<SnapStoreClientContext>(
  "override",
  summary: "Make devices get a revision from a channel, whatever the channel holds.",
  description: """
    A revision decides for which architectures the override counts. Devices that ask for a revision by its number get \
    that one.
    """,
  parameters: [snap, pins, plan, json],
  examples: [
    Example("snapstore-client override core18 stable=1722", "pin one channel"),
    Example("snapstore-client override core18 stable=1722 --plan", "say what that would change"),
  ]
) { input, context in
  let items = input[pins].map {
    OverrideRequestItem(snap: input[snap], revision: $0.revision, channel: $0.channel)
  }
  let entries = try await context.withStore { try await $0.change(items, planOnly: input[plan]) }
  try context.terminal.print(input[json] ? .json(OverridesResponse(entries)) : .lines(entries.map(\.line)))
  if input[plan] { context.terminal.note("Nothing was changed") }
}
