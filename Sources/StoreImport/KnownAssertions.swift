import Assertions
import ProxyState

/// What the store knows of accounts and their keys, for the most part: what an import may stand on, and what it is held to.
struct KnownAssertions: Sendable {
  private let newest: [AssertionIdentity: Assertion]

  /// - Parameter others: Types of further assertions that an import may stand on.
  init(_ store: ProxyStore, and others: [AssertionType] = []) async throws {
    var known: [Assertion] = []
    for type in [.account, .accountKey] + others { known.append(contentsOf: try await store.assertions.all(of: type)) }
    newest = Dictionary(known.map { ($0.identity, $0) }) { $0.revision >= $1.revision ? $0 : $1 }
  }

  /// Verifies assertions up to a pinned root. What they stand on may be here rather than among them; and a key that was
  /// ended here signs nothing, though an older revision of it comes along.
  /// - Throws: ``AssertionError``.
  func verify(_ assertions: [Assertion], roots: TrustedRoots) throws(AssertionError) {
    let held = Set(assertions.map(\.identity)).compactMap { newest[$0] }
    var verifier = AssertionVerifier(roots: roots)
    try verifier.verify([assertions, held].flatMap(\.self), finding: { newest[$0] })
  }
}
