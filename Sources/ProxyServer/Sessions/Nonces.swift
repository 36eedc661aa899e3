public import ProxyState
import Synchronization

/// Numbers that make a session request good for one use. All units of a store share them.
public struct Nonces: Sendable {
  /// Makes a nonce and remembers it.
  public var issue: @Sendable () async throws -> String
  /// Uses a nonce up.
  /// - Parameters:
  ///   - nonce: What a device sent.
  ///   - request: A digest of the whole request. A device whose answer was lost sends the very same request again, and
  ///     shall have its session.
  /// - Returns: Whether the nonce is ours, not too old, and was used by no other request.
  public var redeem: @Sendable (_ nonce: String, _ request: String) async throws -> Bool
  /// Forgets those that nobody used.
  public var removeExpired: @Sendable () async throws -> Void

  /// A device has so long from the nonce to the session.
  public static let lifetime: Duration = .seconds(600)

  /// Nonces that are kept somewhere.
  public init(
    issue: @escaping @Sendable () async throws -> String,
    redeem: @escaping @Sendable (_ nonce: String, _ request: String) async throws -> Bool,
    removeExpired: @escaping @Sendable () async throws -> Void = {}
  ) {
    self.issue = issue
    self.redeem = redeem
    self.removeExpired = removeExpired
  }

  /// The nonces of a database. A repeated request is known again by the unit that answered it first; another unit refuses
  /// it, and the device begins anew.
  public init(_ repository: NonceRepository) {
    let redeemed = RedeemedNonces()
    self.init(
      issue: { try await repository.issue(validFor: Self.lifetime) },
      redeem: { nonce, request in
        if redeemed.isRepetition(of: nonce, by: request) { return true }
        guard try await repository.redeem(nonce) else { return false }
        redeemed.remember(nonce, for: request)
        return true
      },
      removeExpired: { try await repository.removeExpired() })
  }
}

/// Which request used which nonce, for the life of a nonce.
private final class RedeemedNonces: Sendable {
  private struct Use {
    let request: String
    let time: ContinuousClock.Instant
  }

  /// Repetitions come within seconds; more is somebody's flood.
  private static let most = 10_000

  private let uses = Mutex<[String: Use]>([:])

  func isRepetition(of nonce: String, by request: String) -> Bool {
    uses.withLock { uses in
      guard let use = uses[nonce] else { return false }
      return use.request == request && .now - use.time < Nonces.lifetime
    }
  }

  func remember(_ nonce: String, for request: String) {
    uses.withLock { uses in
      if uses.count >= Self.most { uses = uses.filter { .now - $0.value.time < Nonces.lifetime } }
      if uses.count >= Self.most { uses.removeAll() }
      uses[nonce] = Use(request: request, time: .now)
    }
  }
}
