public import Reporting
internal import Synchronization

/// Shows progress to a person, or tells it in lines to whoever reads a pipe.
///
/// On a terminal each item has a line that announces it and below that a bar; items in work stand at the bottom and are
/// drawn ten times a second at most, what is finished scrolls up. On a pipe each item is announced when it begins, and
/// failures are said.
public final class TerminalProgress: ProgressReporter {
  private let terminal: any Terminal
  private let stream: TerminalStream
  private let isDrawn: Bool
  private let now: @Sendable () -> ContinuousClock.Instant
  private let board: Mutex<ProgressBoard>
  // Held while writing, so that frames arrive in order. Taken before that of the board, never after it; whoever only
  // counts bytes never waits for a slow terminal.
  private let canvas = Mutex(ProgressCanvas())

  /// - Parameter now: The clock that rates and remaining times come from.
  public init(
    _ terminal: any Terminal, stream: TerminalStream = .error,
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) {
    self.terminal = terminal
    self.stream = stream
    self.now = now
    isDrawn = terminal.isInteractive(stream)
    board = Mutex(ProgressBoard())
  }

  /// Announces the item.
  public func began(_ item: String, bytes: UInt64?) {
    canvas.withLock { canvas in
      board.withLock { $0.begin(item, bytes: bytes, at: now()) }
      if isDrawn {
        draw([], on: &canvas)
      } else {
        terminal.write(TerminalText(line: item), to: stream)
      }
    }
  }

  /// Counts, and draws where the last drawing is long enough ago.
  public func advanced(_ item: String, by bytes: UInt64) {
    let instant = now()
    let isDue = board.withLock { $0.advance(item, by: bytes, at: instant) }
    if isDrawn, isDue { canvas.withLockIfAvailable { draw([], on: &$0) } }
  }

  /// Shows the item's last state and lets it scroll up.
  public func finished(_ item: String, success: Bool) {
    canvas.withLock { canvas in
      guard let lines = board.withLock({ $0.finish(item, success: success, at: now()) }) else { return }
      if isDrawn {
        draw(lines, on: &canvas)
      } else if !success {
        terminal.write(TerminalText(line: "\(item): failed"), to: stream)
      }
    }
  }

  /// Writes a line above the items in work.
  public func note(_ line: String) {
    canvas.withLock { canvas in
      if isDrawn {
        draw([line], on: &canvas)
      } else {
        terminal.write(TerminalText(line: line), to: stream)
      }
    }
  }

  /// - Parameter finished: Lines that stay.
  private func draw(_ finished: [String], on canvas: inout ProgressCanvas) {
    let size = (width: terminal.width, height: terminal.height)
    let active = board.withLock { $0.lines(width: size.width, height: size.height, at: now()) }
    if !active.isEmpty { terminal.showCursor(false) }
    terminal.write(canvas.frame(finished: finished, active: active, width: size.width), to: stream)
    if active.isEmpty { terminal.showCursor(true) }
  }
}
