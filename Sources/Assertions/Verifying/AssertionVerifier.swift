import Cryptography
public import Foundation

/// Checks assertions against pinned roots, and holds only what was verified.
///
/// A value: a copy goes its own way. A key's own chain is verified once, however many assertions it signed.
/// Source of the rules: snapd, `asserts.Database.Check` and the consistency checks of each type.
public struct AssertionVerifier: Sendable {
  /// What every chain must end in.
  public let roots: TrustedRoots
  /// At this time keys must be valid.
  public let now: Date
  private var held = VerifiedSet()

  /// A verifier that knows nothing yet.
  public init(roots: TrustedRoots, now: Date = Date()) {
    self.roots = roots
    self.now = now
  }

  /// Verifies all of them, in any order, each to a pinned root: signature, validity of the keys, authority,
  /// consistency and prerequisites. All or nothing. Those of earlier calls serve as prerequisites.
  ///
  /// Of several with the same identity each is verified, and the greatest revision is held; an older one than what
  /// is held is verified and not held.
  public mutating func verify(_ assertions: [Assertion]) throws(AssertionError) {
    var batch = VerificationBatch(assertions, held: held, roots: roots, now: now)
    held.merge(try batch.run())
  }

  /// What was verified under this identity.
  public func verified(_ identity: AssertionIdentity) -> Assertion? { held.assertions[identity] }

  /// How many identities were verified.
  public var count: Int { held.assertions.count }

  /// Everything that was verified, in no order.
  public var allVerified: [Assertion] { Array(held.assertions.values) }
}
