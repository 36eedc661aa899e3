import Synchronization

/// What the status pages tell besides the catalogue.
final class ServerState: Sendable {
  /// One moment of it.
  struct Values: Sendable {
    /// No new work is taken; what runs is finished.
    var isDraining = false
    /// Why the database is out of reach, if it is.
    var databaseFailure: String?
    /// Whether the database's notifications arrive; else the server looks for changes.
    var notificationsArrive = true
  }

  private let state = Mutex(Values())

  var values: Values { state.withLock { $0 } }

  func drain() { state.withLock { $0.isDraining = true } }
  func notifications(arrive: Bool) { state.withLock { $0.notificationsArrive = arrive } }
  func database(failure: String?) { state.withLock { $0.databaseFailure = failure } }
}
