import CommandLineKit
import ProxyServer
import ProxyState
import StoreAPI

extension SnapProxyContext {
  /// Opens the store and what it needs to judge overrides.
  func withOverrides<Value: Sendable>(_ body: (OverrideDesk, ProxyStore) async throws -> Value) async throws -> Value {
    try await withExistingStore { store in
      let directory = try await SnapDirectory(store) { try await UpstreamConnection(store).devices }
      return try await body(OverrideDesk(repository: store.overrides, directory: directory), store)
    }
  }

  /// Carries wishes out, or only says what they would change, and prints the outcome.
  func carryOut(_ wishes: [OverrideWish], planOnly: Bool, json: Bool, nothing: String) async throws {
    let author = OverrideAuthor(actor, by: .command)
    let plan = try await withOverrides { desk, _ in
      let plan = try await desk.plan(wishes)
      if !planOnly { try await desk.apply(plan.changes, by: author) }
      return plan
    }
    try terminal.print(json ? .json(OverridesResponse(plan.entries)) : .lines(plan.entries.map(\.line)))
    if plan.entries.isEmpty { terminal.note(nothing) } else if planOnly { terminal.note("Nothing was changed") }
  }
}
