import CommandLineKit
import Foundation
import Logging

/// Where the server's log goes: to systemd's journal with a priority for each line, or to a person's terminal or a file
/// with the time in front.
enum ServerLog {
  /// A logger that writes to standard error.
  static func make(_ terminal: any Terminal) -> Logger {
    let isJournal = Journal.readsStandardError()
    let handler: any LogHandler = isJournal ? JournalLog(terminal: terminal) : ReadableLog(terminal: terminal)
    let counted = RepeatedLines(handler)
    return Logger(label: "snap-proxy") { _ in counted }
  }

  /// `message key=value ...`.
  static func line(_ event: LogEvent, context: Logger.Metadata) -> String {
    let metadata = context.merging(event.metadata ?? [:]) { $1 }
    let pairs = metadata.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }
    return "\(event.message)\(pairs.joined())"
  }
}

/// Lines for the journal, which adds time and process by itself.
struct JournalLog: LogHandler {
  let terminal: any Terminal
  var logLevel = Logger.Level.info
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let line = TerminalText(line: ServerLog.line(event, context: metadata))
    terminal.write(Journal.text(line, event.level.priority), to: .error)
  }
}

/// Lines for people: `2026-11-30T15:06:17Z notice serving address=[::]:80`.
struct ReadableLog: LogHandler {
  let terminal: any Terminal
  var now: @Sendable () -> Date = { Date() }
  var logLevel = Logger.Level.info
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?

  init(terminal: any Terminal) { self.terminal = terminal }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    terminal.note("\(now().formatted(.iso8601)) \(event.level) \(ServerLog.line(event, context: metadata))")
  }
}

extension Logger.Level {
  fileprivate var priority: Journal.Priority {
    switch self {
    case .trace, .debug: .debug
    case .info: .info
    case .notice: .notice
    case .warning: .warning
    case .error: .error
    case .critical: .critical
    }
  }
}
