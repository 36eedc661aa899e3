import Synchronization

/// A limited amount that clients take and give back: connections, transfers, bytes.
///
/// While less than half of the whole is used, a client may have as much as it likes. Beyond that, one client may hold an
/// eighth of the whole, so that one client alone cannot lock the others out. A client that holds nothing may always take
/// what there is.
final class FairShare: Sendable {
  private struct State {
    var used = 0
    var byClient: [ClientNetwork: Int] = [:]
  }

  /// All that there is.
  let whole: Int
  /// What one client may hold once half of the whole is used.
  let share: Int
  private let state = Mutex(State())

  /// - Parameter whole: At least 1.
  init(of whole: Int) {
    self.whole = max(1, whole)
    share = max(1, whole / 8)
  }

  /// What is taken now.
  var used: Int { state.withLock { $0.used } }

  /// Takes an amount.
  /// - Parameters:
  ///   - amount: 0 or more.
  ///   - client: `nil` for one whose share is not limited, such as a load balancer.
  /// - Returns: `false` where there is not enough left, or where the client has its share already. Nothing is taken then.
  func take(_ amount: Int, for client: ClientNetwork?) -> Bool {
    state.withLock { state in
      // Range: `used` is 0...whole, so that the difference cannot overflow.
      guard amount >= 0, amount <= whole - state.used else { return false }
      // Range: the sum is at most `whole`.
      let used = state.used + amount
      if let client {
        let held = state.byClient[client] ?? 0
        // Range: what one client holds is part of `used`.
        if used > whole / 2, held > 0, held + amount > share { return false }
        // Range: what one client holds is part of `used`.
        state.byClient[client] = held + amount
      }
      state.used = used
      return true
    }
  }

  /// Gives back what was taken for the same client.
  func giveBack(_ amount: Int, of client: ClientNetwork?) {
    state.withLock { state in
      // Range: only what was taken comes back; a mistake must not make room that is not there.
      state.used = max(0, state.used - amount)
      guard let client, let held = state.byClient[client] else { return }
      // Range: what is held is greater than the amount.
      state.byClient[client] = held > amount ? held - amount : nil
    }
  }
}
