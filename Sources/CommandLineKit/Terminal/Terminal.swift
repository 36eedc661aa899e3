/// Where a command prints, and whom it asks. Programs use ``SystemTerminal``, tests one that records.
public protocol Terminal: Sendable {
  /// Writes text; nothing is added. Text for standard error goes out at once, after what was printed before.
  func write(_ text: TerminalText, to stream: TerminalStream)

  /// Sends out what is buffered.
  /// - Throws: ``TerminalError/cannotWrite(reason:)`` where anything since the last call was lost.
  func flush() throws(TerminalError)

  /// Whether a person reads this stream directly.
  func isInteractive(_ stream: TerminalStream) -> Bool

  /// How many columns a line has; 80 where nobody knows.
  var width: Int { get }

  /// How many lines are visible; 24 where nobody knows.
  var height: Int { get }

  /// Asks on standard error and reads one line from standard input. Where nobody types, the line comes from the pipe.
  /// - Parameters:
  ///   - prompt: Without a colon, which is added.
  ///   - default: Shown in brackets, and the answer where the line is empty.
  func ask(_ prompt: String, default: String?) async throws -> String

  /// As ``ask(_:default:)``, from the controlling terminal where there is one, and without showing what is typed.
  func askSecret(_ prompt: String) async throws -> String

  /// All of standard input.
  /// - Parameter limit: More bytes than this are an error.
  func readInput(limit: Int) async throws -> [UInt8]

  /// Hides or shows the cursor; ``restore()`` shows it again.
  func showCursor(_ visible: Bool)

  /// Undoes what was changed on the terminal: a hidden cursor, typing that is not shown.
  func restore()

  /// Begins to catch the user's interruptions. They arrive until the stream is dropped; a second one ends the process.
  func interruptions() -> AsyncStream<Interruption>
}

/// One of the two streams that a program writes.
public enum TerminalStream: Hashable, Sendable {
  /// For what was asked for.
  case output
  /// For everything else.
  case error
}

/// How a user stops a command.
public enum Interruption: Hashable, Sendable {
  /// SIGINT: exit code 130.
  case interrupt
  /// SIGTERM: exit code 143.
  case terminate
}

extension Terminal {
  /// Prints what a command was asked for on standard output.
  public func print(_ output: Output) { write(TerminalText(lines: output.text), to: .output) }

  /// Prints a line on standard output.
  public func print(_ line: String) { write(TerminalText(line: line), to: .output) }

  /// Prints a line on standard error: what the user should know but did not ask for.
  public func note(_ line: String) { write(TerminalText(line: line), to: .error) }

  /// Asks without proposing an answer.
  public func ask(_ prompt: String) async throws -> String { try await ask(prompt, default: nil) }
}
