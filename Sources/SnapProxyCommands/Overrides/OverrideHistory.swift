import CommandLineKit
import Foundation
import ProxyServer
import ProxyState
import StoreAPI
import StoreModel

private let snap = Positional<SnapName?>("snap", help: "Only this snap.", completion: .dynamic("overridden-snaps")) {
  try SnapName(parsing: $0)
}
private let limit = Option<Int>("limit", default: 100, valueName: "n", help: "At most so many lines, the newest.")
private let json = Flag("json", help: "Print JSON on standard output.")

let overrideHistory = Command<SnapProxyContext>(
  "history",
  summary: "Say who changed overrides, when, from what, to what and by which way.",
  parameters: [snap, limit, json],
  examples: [Example("snap-proxy overrides history core18", "one snap")]
) { input, context in
  let lines = try await context.withExistingStore {
    try await $0.overrides.history(of: input[snap], limit: input[limit])
  }
  if input[json] {
    try context.terminal.print(.json(lines.map(HistoryLine.init)))
  } else {
    let rows = lines.map { line in
      [
        String(line.change), line.at.formatted(.iso8601), line.author.name, line.author.way.rawValue,
        line.name.description, line.slot.channel.name, line.slot.architecture.description,
        line.previous?.description ?? "upstream", line.revision?.description ?? "upstream",
        line.undoes.map { "undoes \($0)" } ?? "",
      ]
    }
    let header = ["Change", "When", "Who", "Way", "Snap", "Channel", "Arch", "From", "To"]
    context.terminal.print(.table(Table(header, rows: rows)))
  }
}

private let change = Positional<Int?>("change", help: "The number of a change; the newest one by default.")
private let undoJSON = Flag("json", help: "Print JSON on standard output.")

let undoOverrides = Command<SnapProxyContext>(
  "undo",
  summary: "Take the newest change of overrides back, or the one that is named.",
  description: "What one command or one request changed is taken back as a whole, unless it was changed again since.",
  parameters: [change, undoJSON],
  examples: [
    Example("snap-proxy overrides undo", "the newest change"),
    Example("snap-proxy overrides undo 12", "the change of that number in the history"),
  ]
) { input, context in
  let author = OverrideAuthor(context.actor, by: .command)
  let entries = try await context.withOverrides { desk, store in
    await desk.describe(try await store.overrides.undo(input[change], by: author))
  }
  try context.terminal.print(input[undoJSON] ? .json(OverridesResponse(entries)) : .lines(entries.map(\.line)))
}

private struct HistoryLine: Encodable {
  let change: Int
  let at: Date
  let who: String
  let way: String
  let snap: String
  let snapID: String
  let channel: String
  let architecture: String
  let from: Int?
  let to: Int?
  let undoes: Int?

  init(_ line: PastOverrideChange) {
    change = line.change
    at = line.at
    who = line.author.name
    way = line.author.way.rawValue
    snap = line.name.description
    snapID = line.id.description
    channel = line.slot.channel.name
    architecture = line.slot.architecture.description
    from = line.previous?.number
    to = line.revision?.number
    undoes = line.undoes
  }
}
