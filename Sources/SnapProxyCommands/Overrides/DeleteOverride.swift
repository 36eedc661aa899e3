import CommandLineKit
import ProxyServer
import StoreModel

private let snap = Positional<SnapName>("snap", help: "The snap.", completion: .dynamic("overridden-snaps")) {
  try SnapName(parsing: $0)
}
private let channel = Positional<Channel?>("channel", help: "Only this channel.") { try Channel(parsing: $0) }
private let plan = Flag("plan", help: "Say what would change, and change nothing.")
private let json = Flag("json", help: "Print JSON on standard output.")

let deleteOverride = Command<SnapProxyContext>(
  "delete-override",
  summary: "Make devices get what a channel holds again, on every architecture.",
  parameters: [snap, channel, plan, json],
  examples: [
    Example("snap-proxy delete-override core18 stable", "one channel"),
    Example("snap-proxy delete-override core18", "all channels"),
  ]
) { input, context in
  let place = input[channel].map { "\(input[snap]) has no override in \($0.name)" } ?? "\(input[snap]) has no override"
  try await context.carryOut(
    [.release(input[snap], input[channel])], planOnly: input[plan], json: input[json], nothing: place)
}
