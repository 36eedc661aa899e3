import Bundles
import Cryptography
import Synchronization

/// Remembers what reached it.
final class RecordingSink: BlobSink {
  struct Seen: Sendable {
    var begun: [String] = []
    var ended: [String: [UInt8]] = [:]
    var current: [UInt8] = []
  }
  private let state = Mutex(Seen())

  var seen: Seen { state.withLock { $0 } }

  func begin(_ member: BundleMember) {
    state.withLock {
      $0.begun.append(member.path)
      $0.current = []
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer) { state.withLock { $0.current.append(contentsOf: bytes) } }

  func end(_ member: BundleMember, verified digest: SHA3Digest) {
    state.withLock { $0.ended[member.path] = $0.current }
  }
}
