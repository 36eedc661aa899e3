import ProxyServer
import Synchronization

/// Nonces of one process.
final class NonceMemory: Sendable {
  private let used = Mutex<[String: String?]>([:])

  func issue() -> String {
    used.withLock { used in
      let nonce = "nonce-\(used.count + 1)"
      used[nonce] = .some(nil)
      return nonce
    }
  }

  func redeem(_ nonce: String, _ request: String) -> Bool {
    used.withLock { used in
      guard let known = used[nonce] else { return false }
      if known == nil { used[nonce] = request }
      return known == nil || known == request
    }
  }
}

extension Nonces {
  static func inMemory() -> Nonces {
    let memory = NonceMemory()
    return Nonces(issue: { memory.issue() }, redeem: { memory.redeem($0, $1) })
  }
}
