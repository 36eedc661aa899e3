import Synchronization

/// What the status pages tell besides the catalogue.
final class ServerState: Sendable {
  /// One moment of it.
  struct Values: Sendable {
    /// No new work is taken; what runs is finished.
    var isDraining = false
    /// Why the database is out of reach, if it is.
    var databaseFailure: String?
  }

  private let state = Mutex(Values())

  var values: Values { state.withLock { $0 } }

  func drain() { state.withLock { $0.isDraining = true } }
  func database(failure: String?) { state.withLock { $0.databaseFailure = failure } }
}
