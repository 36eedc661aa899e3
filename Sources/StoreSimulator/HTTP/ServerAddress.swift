import Synchronization

/// Where the store is: known as soon as it listens.
final class ServerAddress: Sendable {
  private let known = Mutex("")

  /// Without a trailing slash.
  var url: String { known.withLock { $0 } }

  func set(host: String, port: Int) {
    let host = host.contains(":") ? "[\(host)]" : host
    set("http://\(host):\(port)")
  }

  func set(_ url: String) { known.withLock { $0 = url } }
}
