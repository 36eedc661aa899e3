// Dispatch's sources may be used from any thread, but say so only in its documentation.
@preconcurrency internal import Dispatch
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The terminal, pipes or files that the process was started with.
///
/// Standard output is buffered, by the line where a person reads it. A reader that goes away (`| head`) ends the
/// output quietly.
public final class SystemTerminal: Terminal {
  private let streams = Mutex(StandardStreams())
  private let cursorIsHidden = Mutex(false)
  private let echo = EchoSwitch()

  /// Makes the terminal of this process. From now on a closed pipe does not end the process.
  public init() {
    // A handler instead of SIG_IGN, because programs that this one starts would inherit the latter.
    signal(SIGPIPE) { _ in }
  }

  /// Writes text.
  public func write(_ text: TerminalText, to stream: TerminalStream) {
    streams.withLock { $0.write(text.text, to: stream, isInteractive: isInteractive(stream)) }
  }

  /// Sends out what is buffered.
  public func flush() throws(TerminalError) {
    if let reason = streams.withLock({ $0.flush() }) { throw .cannotWrite(reason: reason) }
  }

  /// Whether a person reads this stream directly.
  public func isInteractive(_ stream: TerminalStream) -> Bool { isatty(stream.descriptor) == 1 }

  /// How many columns a line has.
  public var width: Int { Int(windowSize?.ws_col ?? 80) }

  /// How many lines are visible.
  public var height: Int { Int(windowSize?.ws_row ?? 24) }

  private var windowSize: winsize? {
    var size = winsize()
    for descriptor in [STDOUT_FILENO, STDERR_FILENO, STDIN_FILENO]
    where ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 && size.ws_row > 0 {
      return size
    }
    return nil
  }

  /// Asks on standard error and reads one line from standard input.
  public func ask(_ prompt: String, default: String?) async throws -> String {
    write(TerminalText(part: prompt + (`default`.map { " [\($0)]" } ?? "") + ": "), to: .error)
    guard let line = try await StandardInput(descriptor: STDIN_FILENO).line() else {
      write(TerminalText(line: ""), to: .error)
      throw TerminalError.noAnswer(prompt: prompt)
    }
    return line.isEmpty ? `default` ?? line : line
  }

  /// Asks without showing what is typed. A pipe is read first, the controlling terminal where it has ended.
  public func askSecret(_ prompt: String) async throws -> String {
    write(TerminalText(part: "\(prompt): "), to: .error)
    defer { write(TerminalText(line: ""), to: .error) }
    if let line = try await secretLine(from: STDIN_FILENO) { return line }
    let terminal = isatty(STDIN_FILENO) == 1 ? -1 : open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard terminal >= 0 else { throw TerminalError.noAnswer(prompt: prompt) }
    defer { close(terminal) }
    guard let line = try await secretLine(from: terminal) else { throw TerminalError.noAnswer(prompt: prompt) }
    return line
  }

  private func secretLine(from descriptor: Int32) async throws -> String? {
    echo.turnOff(on: descriptor)
    defer { echo.restore() }
    return try await StandardInput(descriptor: descriptor).line()
  }

  /// All of standard input.
  public func readInput(limit: Int) async throws -> [UInt8] {
    try await StandardInput(descriptor: STDIN_FILENO).all(limit: limit)
  }

  /// Hides or shows the cursor of the terminal behind standard error.
  public func showCursor(_ visible: Bool) {
    let changed = cursorIsHidden.withLock { isHidden in
      defer { isHidden = !visible }
      return isHidden == visible
    }
    if changed { write(TerminalText(control: visible ? "\u{1B}[?25h" : "\u{1B}[?25l"), to: .error) }
  }

  /// Shows the cursor and what is typed.
  public func restore() {
    echo.restore()
    showCursor(true)
  }

  /// Begins to catch SIGINT and SIGTERM.
  public func interruptions() -> AsyncStream<Interruption> {
    let (stream, continuation) = AsyncStream.makeStream(of: Interruption.self)
    let queue = DispatchQueue(label: "interruptions")
    let seen = Mutex(false)
    let sources = [(SIGINT, Interruption.interrupt), (SIGTERM, .terminate)].map { number, interruption in
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      #if canImport(Darwin)
        // On Linux Dispatch installs a handler, which this would take away from whoever else listens.
        signal(number, SIG_IGN)
      #endif
      source.setEventHandler { [self] in
        let isSecond = seen.withLock { seen in
          defer { seen = true }
          return seen
        }
        if isSecond {
          // Whoever interrupts twice does not want to wait for the work to clean up.
          restore()
          endProcess(by: number)
        }
        continuation.yield(interruption)
      }
      // Before the source is registered a signal would be lost.
      let registered = DispatchSemaphore(value: 0)
      source.setRegistrationHandler { registered.signal() }
      source.activate()
      registered.wait()
      return source
    }
    continuation.onTermination = { _ in
      for source in sources { source.cancel() }
      signal(SIGINT, SIG_DFL)
      signal(SIGTERM, SIG_DFL)
    }
    return stream
  }
}

/// Ends the process as the signal does by default, so that shells see why.
private func endProcess(by number: Int32) -> Never {
  signal(number, SIG_DFL)
  // Dispatch blocks signals on its threads.
  var mask = sigset_t()
  sigemptyset(&mask)
  sigaddset(&mask, number)
  pthread_sigmask(SIG_UNBLOCK, &mask, nil)
  raise(number)
  _exit(128 + number)
}
