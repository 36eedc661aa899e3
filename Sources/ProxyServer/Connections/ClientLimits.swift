import ProxyState
import Synchronization

/// What all connections of the server share: how many there may be, what their answers may hold in memory, how many files
/// may be on their way.
final class ClientLimits: Sendable {
  /// Connections of plain HTTP and of TLS together.
  let connections: FairShare
  /// Bytes of requests and answers in memory.
  let bytes: FairShare
  /// Files that are being sent.
  let transfers: FairShare

  private let memory = UnusedMemory()
  private let balancers = Mutex(TrustedBalancers.none)
  private let refused = FairShare(of: ClientLimits.mostRefused)

  /// Connections that get the answer "too many connections" at a time; further ones are closed without a word.
  static let mostRefused = 64

  /// - Parameters:
  ///   - connections: At least 1.
  ///   - bytes: At least 1.
  init(connections: Int, bytes: Int) {
    self.connections = FairShare(of: connections)
    self.bytes = FairShare(of: bytes)
    transfers = FairShare(of: connections)
  }

  /// Load balancers whose X-Forwarded-For is trusted; known once the store is open.
  var trusted: TrustedBalancers {
    get { balancers.withLock { $0 } }
    set { balancers.withLock { $0 = newValue } }
  }

  /// What one connection is taken to cost, besides its answers, in bytes.
  private static let connectionBytes = 256 << 10

  /// To be called after ``bytes`` or ``connections`` have changed.
  func memoryChanged() {
    // Range: both are at most their wholes, which are far below 2^40.
    memory.changed(to: bytes.used + connections.used * Self.connectionBytes)
  }

  /// Makes room for the answer to a connection that is refused.
  func beginRefusal() -> Bool { refused.take(1, for: nil) }
  func endRefusal() { refused.giveBack(1, of: nil) }
}
