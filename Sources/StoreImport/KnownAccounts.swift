import Assertions
import ProxyState

/// What the store knows of accounts and their keys: what an import may stand on, and what it is held to.
struct KnownAccounts: Sendable {
  private let newest: [AssertionIdentity: Assertion]

  init(_ store: ProxyStore) async throws {
    let known = try await store.assertions.all(of: .account) + store.assertions.all(of: .accountKey)
    newest = Dictionary(known.map { ($0.identity, $0) }) { $0.revision >= $1.revision ? $0 : $1 }
  }

  /// Verifies assertions up to a pinned root. What they stand on may be here rather than among them; and a key that was
  /// ended here signs nothing, though an older revision of it comes along.
  /// - Throws: ``AssertionError``.
  func verify(_ assertions: [Assertion], roots: TrustedRoots) throws(AssertionError) {
    let held = Set(assertions.map(\.identity)).compactMap { newest[$0] }
    var verifier = AssertionVerifier(roots: roots)
    try verifier.verify(assertions + held, finding: { newest[$0] })
  }
}
