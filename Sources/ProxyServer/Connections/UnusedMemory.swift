import CLinux
import Dispatch
import Synchronization

/// Gives memory back to the system once many large answers have been sent. The allocator keeps what was freed, in pieces
/// that later answers may not fit into; a server that was flooded once would stay as large as it was then.
final class UnusedMemory: Sendable {
  private struct State {
    var peak = 0
    var isScheduled = false
  }

  /// Smallest peak after which memory is given back, in bytes.
  private static let worthwhile = 32 << 20

  private let later: @Sendable (@escaping @Sendable () -> Void) -> Void
  private let trim: @Sendable () -> Void
  private let state = Mutex(State())

  /// - Parameters:
  ///   - later: Runs work after a pause, in which a flood that goes on takes memory again.
  ///   - trim: Gives memory back to the system.
  init(
    later: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void = UnusedMemory.afterOneSecond,
    trim: @escaping @Sendable () -> Void = { _ = malloc_trim(0) }
  ) {
    self.later = later
    self.trim = trim
  }

  static func afterOneSecond(_ work: @escaping @Sendable () -> Void) {
    // Range: one second from now.
    DispatchQueue.global(qos: .utility).asyncAfter(deadline: .now() + .seconds(1), execute: work)
  }

  /// Hears how many bytes are in use, after each change.
  func changed(to used: Int) {
    let isDue = state.withLock { state in
      state.peak = max(state.peak, used)
      guard state.peak >= Self.worthwhile, used < state.peak / 8, !state.isScheduled else { return false }
      state.peak = used
      state.isScheduled = true
      return true
    }
    guard isDue else { return }
    later { [self] in
      trim()
      state.withLock { $0.isScheduled = false }
    }
  }
}
