import Foundation
import ProxyServer
import ProxyState
import Synchronization

/// Used nonces of one process.
final class NonceMemory: Sendable {
  private let used = Mutex<Set<String>>([])

  /// How many are remembered.
  var count: Int { used.withLock { $0.count } }

  func use(_ nonce: String) -> NonceRepository.Use { used.withLock { $0.insert(nonce).inserted ? .first : .again } }
}

extension Nonces {
  static func inMemory(
    _ memory: NonceMemory = NonceMemory(), now: @escaping @Sendable () -> Date = { Date() }
  ) -> Nonces {
    Nonces(secret: [7], now: now, use: { nonce, _ in memory.use(nonce) })
  }
}
