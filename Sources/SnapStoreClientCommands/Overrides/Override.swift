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
private let json = Flag("json", help: "Print JSON on standard output.")

let override = Command<SnapStoreClientContext>(
  "override",
  summary: "Make devices get a revision from a channel, whatever the channel holds.",
  description: """
    A revision decides for which architectures the override counts. Devices that ask for a revision by its number get \
    that one.
    """,
  parameters: [snap, pins, json],
  examples: [Example("snapstore-client override core18 stable=1722", "pin one channel")]
) { input, context in
  let items = input[pins].map {
    OverrideRequestItem(snap: input[snap], revision: $0.revision, channel: $0.channel)
  }
  let entries = try await context.withStore { try await $0.change(items) }
  try context.terminal.print(input[json] ? .json(OverridesResponse(entries)) : .lines(entries.map(\.line)))
}
