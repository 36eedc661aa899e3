public import PostgreSQL
import Reporting

/// What a watcher tells.
public enum CatalogueChange: Sendable {
  /// There is a new generation of the catalogue or of the assertions.
  case catalogue(Catalogue)
  /// Changes are not heard of until the database is back; what was said last still holds.
  case disconnected(reason: String)
  /// They are again; the catalogue follows.
  case connected
  /// Whether the database's notifications arrive. Until this is told they do; where they do not, the watcher looks for
  /// changes every two seconds.
  case notifications(arrive: Bool)
}

/// Follows the catalogue: the first value comes at once, each further one when a transaction announced it.
///
/// Announcements do not come through a pooler in transaction mode. So the watcher sends itself one through a pooler, and looks
/// at the generation by itself where it does not arrive; every half minute it looks in any case.
public final class CatalogueWatcher: Sendable {
  /// What reaches the one loop that loads, one after the other.
  private enum Signal: Sendable {
    case event(ListenerEvent)
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
    /// `nil` while the probe is on its way.
    var notificationsArrive: Bool? = true
    var looks = 0
    var probedAt = 0
  }

  /// Apart from the announcements, since other units would take it for one.
  private static let probe = "snap_proxy_probe"
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
    database: ConnectionPool, catalogue: CatalogueRepository? = nil, interval: Duration = .seconds(2),
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
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.listen(signal) }
      group.addTask { [interval] in
        while (try? await Task.sleep(for: interval)) != nil { signal.yield(.look) }
      }
      group.addTask {
        var progress = Progress()
        for await signal in signals { await self.take(signal, &progress, changes) }
      }
    }
  }

  private func listen(_ signal: AsyncStream<Signal>.Continuation) async {
    let listener = NotificationListener(database.target)
    var failures = 0
    while !Task.isCancelled {
      do {
        for try await event in listener.events(on: [CatalogueState.channel, Self.probe]) {
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
    _ signal: Signal, _ progress: inout Progress, _ changes: AsyncStream<CatalogueChange>.Continuation
  ) async {
    switch signal {
    case .event(.listening):
      progress.isListening = true
      progress.isDown = false
      changes.yield(.connected)
      await load(&progress, changes)
      await probe(&progress)
    case .event(.notified(let channel, let payload)):
      if progress.notificationsArrive == false { changes.yield(.notifications(arrive: true)) }
      progress.notificationsArrive = true
      guard channel == CatalogueState.channel else { return }
      // A burst of changes is one change: the first load saw the others.
      if let generation = Int64(payload), generation <= progress.known { return }
      await load(&progress, changes)
    case .look: await look(&progress, changes)
    case .lost(let reason):
      progress.isListening = false
      tellLoss(reason, &progress, changes)
    }
  }

  /// Reads the generation from the database, in case no notification arrived.
  private func look(_ progress: inout Progress, _ changes: AsyncStream<CatalogueChange>.Continuation) async {
    progress.looks += 1
    guard progress.isListening else { return }
    if progress.notificationsArrive == nil, Saturating.difference(progress.looks, progress.probedAt) > 1 {
      progress.notificationsArrive = false
      changes.yield(.notifications(arrive: false))
    }
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
    if isCheck, progress.notificationsArrive == false { _ = try? await sendProbe() }
  }

  /// Tests whether notifications arrive through a pooler: only one that arrives proves it.
  private func probe(_ progress: inout Progress) async {
    do {
      guard try await database.withConnection({ try await $0.isPooled() }) else {
        progress.notificationsArrive = true
        return
      }
      if progress.notificationsArrive == true { progress.notificationsArrive = nil }
      progress.probedAt = progress.looks
      try await sendProbe()
    } catch {
      // The next look tells that the database is away.
      progress.isBehind = true
    }
  }

  private func sendProbe() async throws { _ = try await database.query("SELECT pg_notify(\(Self.probe), '')") }

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
