import Assertions
import Foundation
import Synchronization

/// Remembers that models and what they stand on were verified, so that a session costs the verification of what is the
/// device's own.
final class DeviceChains: Sendable {
  private struct Held {
    let generation: Int64
    var verifier: AssertionVerifier
  }

  /// For so long a key counts that was valid at first.
  private static let lifetime: TimeInterval = 60
  /// More models than a brand has; beyond that each is verified anew.
  private static let most = 1000

  private let roots: TrustedRoots
  private let held = Mutex<Held?>(nil)

  init(roots: TrustedRoots) { self.roots = roots }

  /// - Parameter generation: Of the assertions that are known.
  func verifier(of generation: Int64, at now: Date) -> AssertionVerifier {
    held.withLock { held in
      if let held, held.generation == generation, (0..<Self.lifetime).contains(now.timeIntervalSince(held.verifier.now))
      {
        return held.verifier
      }
      let verifier = AssertionVerifier(roots: roots, now: now)
      held = Held(generation: generation, verifier: verifier)
      return verifier
    }
  }

  /// Keeps what a verifier learnt, unless another generation is on offer by now.
  func keep(_ verifier: AssertionVerifier, of generation: Int64) {
    held.withLock { held in
      guard let known = held, known.generation == generation, known.verifier.now == verifier.now,
        known.verifier.count < verifier.count, verifier.count <= Self.most
      else { return }
      held = Held(generation: generation, verifier: verifier)
    }
  }
}
