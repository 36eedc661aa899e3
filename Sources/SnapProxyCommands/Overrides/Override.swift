import CommandLineKit
import ProxyServer
import StoreModel

private let snap = Positional<SnapName>("snap", help: "The snap.", completion: .dynamic("pushed-snaps")) {
  try SnapName(parsing: $0)
}
private let pins = RepeatedPositional<ChannelPin>(
  "channel=revision", isRequired: true, help: "A channel and the revision that devices get from it."
) { try ChannelPin(parsing: $0) }
private let plan = Flag("plan", help: "Say what would change, and change nothing.")
private let json = Flag("json", help: "Print JSON on standard output.")

let override = Command<SnapProxyContext>(
  "override",
  summary: "Make devices get a revision from a channel, whatever the channel holds.",
  description: """
    A revision decides for which architectures the override counts. Devices that ask for a revision by its number get \
    that one.
    """,
  parameters: [snap, pins, plan, json],
  examples: [
    Example("snap-proxy override core18 stable=1722", "pin one channel"),
    Example("snap-proxy override core18 stable=1722 candidate=1730 --plan", "say what two pins would change"),
  ]
) { input, context in
  let name = input[snap]
  try await context.carryOut(
    input[pins].map { .pin(name, $0.channel, to: $0.revision) }, planOnly: input[plan], json: input[json], nothing: "")
}
