import Foundation
import Logging
import Synchronization

/// A log that shows the first lines of one place in the program, and counts the rest:
/// `too many requests wait for the upstream store (repeated 231 times in the last 60 s)`.
///
/// A client or a peer can cause one line with each request; the log stays readable, and its disk is not filled. The access
/// log, which has the level `info`, and what is below it, are not counted: they are one line for each request.
struct RepeatedLines: LogHandler {
  private var base: any LogHandler
  private let counter: LineCounter

  init(_ base: any LogHandler, counter: LineCounter = LineCounter()) {
    self.base = base
    self.counter = counter
  }

  var logLevel: Logger.Level {
    get { base.logLevel }
    set { base.logLevel = newValue }
  }
  var metadata: Logger.Metadata {
    get { base.metadata }
    set { base.metadata = newValue }
  }
  var metadataProvider: Logger.MetadataProvider? {
    get { base.metadataProvider }
    set { base.metadataProvider = newValue }
  }
  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { base[metadataKey: key] }
    set { base[metadataKey: key] = newValue }
  }

  func log(event: LogEvent) {
    guard event.level >= .notice else { return base.log(event: event) }
    let base = base
    if counter.shows(event, summary: { base.log(event: $0) }) { base.log(event: event) }
  }
}

/// Counts the lines of each place that logs, by minutes.
final class LineCounter: Sendable {
  /// Lines of one place that are shown in one window.
  static let allowance = 5
  /// How long lines are counted before the count is shown.
  static let window: Duration = .seconds(60)

  private struct Place: Hashable {
    let file: String
    let line: UInt
    let level: Logger.Level
  }

  private struct Count {
    var shown = 0
    var hidden = 0
    var end: ContinuousClock.Instant
    var last: LogEvent?
  }

  private let counts = Mutex<[Place: Count]>([:])
  private let now: @Sendable () -> ContinuousClock.Instant
  private let after: @Sendable (Duration, @escaping @Sendable () -> Void) -> Void

  /// - Parameter after: Runs something later.
  init(
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
    after: @escaping @Sendable (Duration, @escaping @Sendable () -> Void) -> Void = { delay, body in
      DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(Int(delay / .milliseconds(1))), execute: body)
    }
  ) {
    self.now = now
    self.after = after
  }

  /// Whether a line is shown; else it is counted.
  /// - Parameter summary: Gets the line with the count when the window ends.
  func shows(_ event: LogEvent, summary: @escaping @Sendable (LogEvent) -> Void) -> Bool {
    let now = now()
    let place = Place(file: event.file, line: event.line, level: event.level)
    let (isShown, isFirstHidden) = counts.withLock { counts in
      var count = counts[place] ?? Count(end: now + Self.window)
      // Hidden lines are told at the end of their window, also where another line comes before that.
      if count.end <= now, count.hidden == 0 { count = Count(end: now + Self.window) }
      defer { counts[place] = count }
      if count.shown < Self.allowance {
        count.shown += 1
        return (true, false)
      }
      if count.hidden < Int.max { count.hidden += 1 }
      count.last = event
      return (false, count.hidden == 1)
    }
    if isFirstHidden {
      after(Self.window) { [self] in
        guard let count = counts.withLock({ $0.removeValue(forKey: place) }), var event = count.last else { return }
        event.message =
          "\(event.message) (repeated \(count.hidden) times in the last \(Self.window.components.seconds) s)"
        summary(event)
      }
    }
    return isShown
  }
}
