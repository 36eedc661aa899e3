public import PostgreSQL

/// What a watcher tells.
public enum CatalogueChange: Sendable {
  /// There is a new generation of the catalogue or of the assertions.
  case catalogue(Catalogue)
  /// Changes are not heard of until the database is back; what was said last still holds.
  case disconnected(reason: String)
  /// They are again; the catalogue follows.
  case connected
}

/// Follows the catalogue: the first value comes at once, each further one when a transaction announced it.
public final class CatalogueWatcher: Sendable {
  private let database: ConnectionPool
  private let catalogue: CatalogueRepository
  private let pause: @Sendable (Int) -> Duration

  /// Watches a database.
  /// - Parameters:
  ///   - catalogue: Of the database, which may have been read already.
  ///   - pause: How long to wait before the n-th attempt in a row to reconnect.
  public init(
    database: ConnectionPool, catalogue: CatalogueRepository? = nil,
    pause: @escaping @Sendable (Int) -> Duration = { .milliseconds(min(100 << min($0, 6), 5000)) }
  ) {
    self.database = database
    self.catalogue = catalogue ?? CatalogueRepository(database: database)
    self.pause = pause
  }

  /// Changes until the stream is dropped. Somebody who reads slowly gets the newest ones.
  public func changes() -> AsyncStream<CatalogueChange> {
    let (stream, continuation) = AsyncStream.makeStream(of: CatalogueChange.self, bufferingPolicy: .bufferingNewest(4))
    let task = Task {
      await self.follow(continuation)
      continuation.finish()
    }
    continuation.onTermination = { _ in task.cancel() }
    return stream
  }

  private func follow(_ continuation: AsyncStream<CatalogueChange>.Continuation) async {
    let listener = NotificationListener(database.target)
    var known: Int64 = -1
    var failures = 0
    while !Task.isCancelled {
      do {
        for try await event in listener.events(on: [CatalogueState.channel]) {
          switch event {
          case .listening: continuation.yield(.connected)
          // A burst of changes is one change: the first load saw the others.
          case .notified(_, let payload): if let generation = Int64(payload), generation <= known { continue }
          }
          let catalogue = try await self.catalogue.load()
          failures = 0
          if catalogue.generation == known { continue }
          known = catalogue.generation
          continuation.yield(.catalogue(catalogue))
        }
      } catch {
        if failures == 0 { continuation.yield(.disconnected(reason: String(describing: error))) }
      }
      failures += 1
      try? await Task.sleep(for: pause(failures))
    }
  }
}
