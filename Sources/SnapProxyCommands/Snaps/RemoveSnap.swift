import CommandLineKit
import PostgreSQL
import ProxyState
import StoreModel

private let snap = Positional<SnapName>("snap", help: "The snap.", completion: .dynamic("pushed-snaps")) {
  try SnapName(parsing: $0)
}
private let forgetStores = Flag(
  "forget-stores", help: "Forget that it was a brand's: it may come back for everybody, or as another brand's.")
private let revision = Positional<Revision?>("revision", help: "Only this revision.") { try Revision(parsing: $0) }

let removeSnap = Command<SnapProxyContext>(
  "remove-snap", summary: "Remove a snap, or one of its revisions, and free its room on the disk.",
  parameters: [snap, revision, forgetStores],
  examples: [
    Example("snap-proxy remove-snap htop", "the whole snap"),
    Example("snap-proxy remove-snap htop 3417", "one revision"),
    Example("snap-proxy remove-snap acme-app --forget-stores", "before it comes back for everybody"),
  ]
) { input, context in
  let (name, number, actor, isForgetting) = (input[snap], input[revision], context.actor, input[forgetStores])
  guard number == nil || !isForgetting else { throw input.usageError("--forget-stores is about the whole snap") }
  try await context.withExistingStore { store in
    let closed = try await store.database.transaction { transaction in
      var closed: [ReleaseSlot] = []
      if let number {
        closed = try await store.catalogue.removeRevision(number, of: name, in: transaction)
      } else {
        try await store.catalogue.removeSnap(name, forgettingStores: isForgetting, in: transaction)
      }
      try await store.audit.record(
        "remove-snap", of: name.description, by: actor, details: ["revision": number?.description ?? "all"],
        in: transaction)
      return closed
    }
    let reclaimed = try await store.removeUnusedFiles()
    context.terminal.print(
      "Removed \(name)\(number.map { " revision \($0)" } ?? ""), \(ByteCount(reclaimed.bytes)) freed")
    for slot in closed { context.terminal.note("\(slot.channel) \(slot.architecture) is closed now") }
  }
}
