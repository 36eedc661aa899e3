import CommandLineKit
import PostgreSQL
import ProxyState

private let keep = Option<Int>(
  "keep", valueName: "n", help: "Keep so many revisions of each snap and architecture, and all that channels hold.")

let prune = Command<SnapProxyContext>(
  "prune", summary: "Remove old revisions, and files that nothing needs.", parameters: [keep],
  examples: [Example("snap-proxy prune --keep 3", "after many updates")]
) { input, context in
  guard input[keep] >= 1 else { throw input.usageError("--keep must be at least 1") }
  let (count, actor) = (input[keep], context.actor)
  try await context.withExistingStore { store in
    let removed = try await store.database.transaction { transaction in
      let removed = try await store.catalogue.prune(keep: count, in: transaction)
      if !removed.isEmpty {
        try await store.audit.record(
          "prune", of: "store", by: actor,
          details: ["keep": "\(count)", "removed": removed.map { "\($0.name)_\($0.revision)" }.joined(separator: " ")],
          in: transaction)
      }
      return removed
    }
    let reclaimed = try await store.removeUnusedFiles()
    context.terminal.print(.lines(removed.map { "Removed \($0.name) revision \($0.revision)" }))
    context.terminal.print("\(reclaimed.files) files removed, \(ByteCount(reclaimed.bytes)) freed")
  }
}
