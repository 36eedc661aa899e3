public import PostgreSQL

/// What a watcher tells.
public enum CatalogueChange: Sendable {
  /// There is a new generation of the catalogue or of the assertions.
  case catalogue(Catalogue)
  /// Changes are not heard of until the database is back; what was said last still holds.
  case disconnected(reason: String)
  /// They are again; the catalogue follows.
  case connected
  /// Whether the database's notifications arrive. Until this is told they do; where they do not, the watcher looks for
  /// changes once in each ``CatalogueWatcher/interval``.
  case notifications(arrive: Bool)
}

/// Follows the catalogue: the first value comes at once, each further one when a transaction announced it.
///
/// Announcements do not come through a pooler in transaction mode. The watcher finds that out with `NotificationProbe`, and
/// looks at the generation by itself where they do not arrive; every half minute it looks in any case.
public final class CatalogueWatcher: Sendable {
  /// What reaches the one loop that loads, one after the other.
  private enum Signal: Sendable {
    case event(ListenerEvent)
    case probed(arrive: Bool)
    case look
    case lost(reason: String)
  }

  private struct Progress {
    var known: Int64 = -1
    var isListening = false
    /// Whether the last word was that the database is out of reach.
    var isDown = false
    /// Whether a catalogue could not be loaded.
    var isBehind = false
    /// `nil` until the probe has ended.
    var notificationsArrive: Bool? = true
    var looks = 0
  }

  /// Between two looks at the generation, where notifications do not arrive.
  public static let interval = Duration.seconds(2)

  /// What commands, the log and the status page say where notifications do not arrive.
  public static let pollingNotice = """
    notifications from the database do not arrive, as behind a pooler in transaction mode: servers look for changes every \
    \(interval.components.seconds) seconds
    """

  /// Every Nth look is made even if notifications arrive.
  private static let looksBetweenChecks = 15

  private let database: ConnectionPool
  private let catalogue: CatalogueRepository
  private let interval: Duration
  private let pause: @Sendable (Int) -> Duration

  /// Watches a database.
  /// - Parameters:
  ///   - catalogue: Of the database, which may have been read already.
  ///   - interval: Between two looks at the generation, where notifications do not arrive.
  ///   - pause: How long to wait before the n-th attempt in a row to reconnect.
  public init(
    database: ConnectionPool, catalogue: CatalogueRepository? = nil, interval: Duration = CatalogueWatcher.interval,
    pause: @escaping @Sendable (Int) -> Duration = { .milliseconds(min(100 << min($0, 6), 5000)) }
  ) {
    self.database = database
    self.catalogue = catalogue ?? CatalogueRepository(database: database)
    self.interval = interval
    self.pause = pause
  }

  /// Changes until the stream is dropped. A slow reader gets the newest ones.
  public func changes() -> AsyncStream<CatalogueChange> {
    let (stream, continuation) = AsyncStream.makeStream(of: CatalogueChange.self, bufferingPolicy: .bufferingNewest(8))
    let task = Task {
      await self.follow(continuation)
      continuation.finish()
    }
    continuation.onTermination = { _ in task.cancel() }
    return stream
  }

  private func follow(_ changes: AsyncStream<CatalogueChange>.Continuation) async {
    let (signals, signal) = AsyncStream.makeStream(of: Signal.self, bufferingPolicy: .bufferingNewest(256))
    let (requests, probe) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.listen(signal) }
      group.addTask { [interval] in
        while (try? await Task.sleep(for: interval)) != nil { signal.yield(.look) }
      }
      group.addTask { [database] in
        for await _ in requests {
          // Without an answer from the database nothing is known; the loop asks again.
          guard let arrive = try? await NotificationProbe(database).arrives() else { continue }
          signal.yield(.probed(arrive: arrive))
        }
      }
      group.addTask {
        var progress = Progress()
        for await signal in signals { await self.take(signal, &progress, changes, probe) }
      }
    }
  }

  private func listen(_ signal: AsyncStream<Signal>.Continuation) async {
    let listener = NotificationListener(database.target)
    var failures = 0
    while !Task.isCancelled {
      do {
        for try await event in listener.events(on: [CatalogueState.channel]) {
          failures = 0
          signal.yield(.event(event))
        }
      } catch {
        signal.yield(.lost(reason: String(describing: error)))
      }
      failures += 1
      try? await Task.sleep(for: pause(failures))
    }
  }

  private func take(
    _ signal: Signal, _ progress: inout Progress, _ changes: AsyncStream<CatalogueChange>.Continuation,
    _ probe: AsyncStream<Void>.Continuation
  ) async {
    switch signal {
    case .event(.listening):
      progress.isListening = true
      progress.isDown = false
      changes.yield(.connected)
      await load(&progress, changes)
      // This connection may go through a pooler, where the one before did not.
      if progress.notificationsArrive == true { progress.notificationsArrive = nil }
      probe.yield()
    case .probed(let arrive): learn(arrive: arrive, &progress, changes)
    case .event(.notified(_, let payload)):
      learn(arrive: true, &progress, changes)
      // A burst of changes is one change: the first load saw the others.
      if let generation = Int64(payload), generation <= progress.known { return }
      await load(&progress, changes)
    case .look: await look(&progress, changes, probe)
    case .lost(let reason):
      progress.isListening = false
      tellLoss(reason, &progress, changes)
    }
  }

  private func learn(
    arrive: Bool, _ progress: inout Progress, _ changes: AsyncStream<CatalogueChange>.Continuation
  ) {
    // Readers take it that notifications arrive until they are told otherwise.
    if arrive != (progress.notificationsArrive ?? true) { changes.yield(.notifications(arrive: arrive)) }
    progress.notificationsArrive = arrive
  }

  /// Reads the generation from the database, in case no notification arrived.
  private func look(
    _ progress: inout Progress, _ changes: AsyncStream<CatalogueChange>.Continuation,
    _ probe: AsyncStream<Void>.Continuation
  ) async {
    progress.looks += 1
    guard progress.isListening else { return }
    let isCheck = progress.looks % Self.looksBetweenChecks == 0
    guard progress.notificationsArrive != true || progress.isDown || progress.isBehind || isCheck else { return }
    do {
      let generation = try await CatalogueState.generation(in: database)
      if progress.isDown { changes.yield(.connected) }
      progress.isDown = false
      if generation != progress.known || progress.isBehind { await load(&progress, changes) }
    } catch {
      tellLoss(String(describing: error), &progress, changes)
    }
    if isCheck, progress.notificationsArrive != true { probe.yield() }
  }

  private func load(_ progress: inout Progress, _ changes: AsyncStream<CatalogueChange>.Continuation) async {
    do {
      let catalogue = try await self.catalogue.load()
      progress.isBehind = false
      guard catalogue.generation != progress.known else { return }
      progress.known = catalogue.generation
      changes.yield(.catalogue(catalogue))
    } catch {
      progress.isBehind = true
      tellLoss(String(describing: error), &progress, changes)
    }
  }

  private func tellLoss(
    _ reason: String, _ progress: inout Progress, _ changes: AsyncStream<CatalogueChange>.Continuation
  ) {
    if !progress.isDown { changes.yield(.disconnected(reason: reason)) }
    progress.isDown = true
  }
}
