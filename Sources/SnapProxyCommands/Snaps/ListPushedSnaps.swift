import CommandLineKit
import ProxyState
import StoreModel

private let json = Flag("json", help: "Print JSON on standard output.")

let listPushedSnaps = Command<SnapProxyContext>(
  "list-pushed-snaps", summary: "List the snaps in the store.", parameters: [json],
  examples: [Example("snap-proxy list-pushed-snaps --json", "for a script")]
) { input, context in
  let snaps = try await context.withExistingStore { try await $0.catalogue.list() }
  if input[json] {
    try context.terminal.print(.json(snaps.map(ListedSnap.init)))
  } else {
    let rows = snaps.map { [$0.name.description, $0.stores.joined(separator: ", ")] }
    context.terminal.print(.table(Table(["Name", "Stores"], rows: rows)))
  }
}

private struct ListedSnap: Encodable {
  let name: String
  let snapID: String
  let stores: [String]
  let revisions: [Int]
  let bytes: UInt64

  init(_ snap: PushedSnap) {
    name = snap.name.description
    snapID = snap.id.description
    stores = snap.stores
    revisions = snap.revisions.map(\.number)
    bytes = snap.size
  }
}
