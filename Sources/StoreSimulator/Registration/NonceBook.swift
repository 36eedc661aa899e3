import Cryptography
import Foundation
import Synchronization

/// Nonces that were given away and not used.
final class NonceBook: Sendable {
  private static let lifetime: TimeInterval = 600
  private let open = Mutex<[String: Date]>([:])

  func make(at time: Date = Date()) -> String {
    let nonce = Base64URL.encode(RandomBytes.make(24))
    open.withLock { open in
      open = open.filter { $0.value > time }
      open[nonce] = time.addingTimeInterval(Self.lifetime)
    }
    return nonce
  }

  /// Whether it is one of ours, unused and not too old; it is used now.
  func use(_ nonce: String, at time: Date = Date()) -> Bool {
    open.withLock { $0.removeValue(forKey: nonce) }.map { $0 > time } ?? false
  }
}
