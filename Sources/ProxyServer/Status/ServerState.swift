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

  /// What the log and the status page say where they do not.
  static let pollingNotice = """
    no notifications of the database arrive, as behind a pooler in transaction mode; the server looks for changes every \
    2 seconds
    """

  private let state = Mutex(Values())

  var values: Values { state.withLock { $0 } }

  func drain() { state.withLock { $0.isDraining = true } }
  func notifications(arrive: Bool) { state.withLock { $0.notificationsArrive = arrive } }
  func database(failure: String?) { state.withLock { $0.databaseFailure = failure } }
}
