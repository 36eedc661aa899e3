import Cryptography
public import Foundation
public import ProxyState
import Synchronization

/// Numbers that make a session request good for one use. They carry their time and the store's signature, so that giving
/// one out costs no memory; all units of a store accept each other's, and share which ones were used.
public struct Nonces: Sendable {
  /// What a session request gets for its nonce.
  enum Redemption: Sendable, Hashable {
    case accepted
    /// It is not ours, too old, or was used by another request.
    case refused
    /// It cannot be told now, since too many are remembered.
    case full
  }

  private let key: [UInt8]
  private let use: @Sendable (_ nonce: String, _ expires: Date) async throws -> NonceRepository.Use
  private let sweep: @Sendable () async throws -> Void
  private let now: @Sendable () -> Date
  private let redeemed = RedeemedNonces()

  /// A device has so long from the nonce to the session.
  public static let lifetime: Duration = .seconds(600)
  /// The clocks of two units may differ by as much, in seconds.
  private static let skew: TimeInterval = 60
  private static let randomBytes = 16
  private static let codeBytes = 24

  /// Nonces whose use is remembered somewhere.
  /// - Parameters:
  ///   - secret: What all units share.
  ///   - use: Remembers a nonce until a time, once.
  ///   - sweep: Forgets those whose time is over.
  public init(
    secret: [UInt8], now: @escaping @Sendable () -> Date = { Date() },
    use: @escaping @Sendable (_ nonce: String, _ expires: Date) async throws -> NonceRepository.Use,
    sweep: @escaping @Sendable () async throws -> Void = {}
  ) {
    key = HMACSHA256.code(key: secret, message: Array("device-nonce/1".utf8))
    self.now = now
    self.use = use
    self.sweep = sweep
  }

  /// Nonces whose use a database remembers.
  public init(_ repository: NonceRepository, secret: [UInt8]) {
    self.init(
      secret: secret, use: { try await repository.use($0, until: $1) }, sweep: { try await repository.removeExpired() })
  }

  /// Makes a nonce: base64url of the time in seconds, random bytes, and a code over both.
  func issue() -> String {
    let time = UInt64(exactly: now().timeIntervalSince1970.rounded(.down)) ?? 0
    let message = withUnsafeBytes(of: time.bigEndian) { Array($0) + RandomBytes.make(Self.randomBytes) }
    return Base64URL.encode([message, code(message)].flatMap(\.self))
  }

  /// Whether a nonce is ours and not too old. Says nothing about whether it was used.
  func isCurrent(_ nonce: String) -> Bool { issued(nonce) != nil }

  /// Uses a nonce up. Only for a request that a device signed whose key the store trusts: each use takes room.
  /// - Parameter request: A digest of the whole request. A device whose answer was lost sends the very same request
  ///   again, and must get its session from the unit that it asked first.
  func redeem(_ nonce: String, _ request: String) async throws -> Redemption {
    guard let issued = issued(nonce) else { return .refused }
    if redeemed.isRepetition(of: nonce, by: request) { return .accepted }
    let lifetime = TimeInterval(Self.lifetime.components.seconds)
    switch try await use(
      nonce, issued.addingTimeInterval(lifetime).addingTimeInterval(Self.skew).addingTimeInterval(Self.skew))
    {
    case .first:
      redeemed.remember(nonce, for: request)
      return .accepted
    case .again: return .refused
    case .full: return .full
    }
  }

  /// Forgets those whose time is over.
  func removeExpired() async throws { try await sweep() }

  /// When a nonce was given out; `nil` for one that is not ours or too old.
  private func issued(_ nonce: String) -> Date? {
    guard nonce.utf8.count <= 128, let bytes = Base64URL.decode(nonce),
      bytes.dropFirst(8).dropFirst(Self.randomBytes).count == Self.codeBytes,
      // One nonce must have one spelling, or it could be used once in each.
      Base64URL.encode(bytes) == nonce
    else { return nil }
    let message = Array(bytes.dropLast(Self.codeBytes))
    guard equalInConstantTime(code(message), Array(bytes.suffix(Self.codeBytes))) else { return nil }
    let time = message.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64(truncatingIfNeeded: $1) }
    let issued = Date(timeIntervalSince1970: TimeInterval(time))
    let age = now().timeIntervalSince(issued)
    return age >= -Self.skew && age < TimeInterval(Self.lifetime.components.seconds) ? issued : nil
  }

  private func code(_ message: [UInt8]) -> [UInt8] {
    Array(HMACSHA256.code(key: key, message: message).prefix(Self.codeBytes))
  }
}

/// Which request used which nonce, for the life of a nonce. What is forgotten here is still known to the database.
private final class RedeemedNonces: Sendable {
  private struct Use {
    let request: String
    let time: ContinuousClock.Instant
  }

  /// Repetitions come within seconds.
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
