import ProxyServer
import Synchronization

/// Stops the running server once a signal asks for the end, also while the server starts again with other settings.
final class ServerControl: Sendable {
  private struct State {
    var isOver = false
    var service: ProxyService?
  }

  private let state = Mutex(State())

  /// Makes a server the running one.
  /// - Returns: `false` where the end was asked for already; then the server must not run.
  func begin(_ service: ProxyService) -> Bool {
    state.withLock { state in
      state.service = service
      return !state.isOver
    }
  }

  /// Ends the running server for good.
  func end() {
    let service = state.withLock { state in
      state.isOver = true
      return state.service
    }
    service?.stop()
  }

  /// Whether the end was asked for.
  var isOver: Bool { state.withLock { $0.isOver } }
}
