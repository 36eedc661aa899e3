public import CommandLineKit
import Synchronization

/// A terminal that records what is printed and answers from a script.
public final class RecordingTerminal: Terminal {
  private struct State: Sendable {
    var output = ""
    var error = ""
    var prompts: [String] = []
    var answers: [String]
    var cursorIsVisible = true
    var interruptions: AsyncStream<Interruption>.Continuation?
  }

  private let state: Mutex<State>
  private let input: [UInt8]
  private let isInteractive: Bool
  /// How many columns a line has.
  public let width: Int
  /// How many lines are visible.
  public let height: Int

  /// - Parameters:
  ///   - answers: What the user types, one for each question.
  ///   - input: What is piped into standard input.
  ///   - isInteractive: Whether a person reads it.
  public init(
    answers: [String] = [], input: [UInt8] = [], isInteractive: Bool = false, width: Int = 80, height: Int = 24
  ) {
    state = Mutex(State(answers: answers))
    self.input = input
    self.isInteractive = isInteractive
    self.width = width
    self.height = height
  }

  /// Everything written to standard output.
  public var output: String { state.withLock { $0.output } }

  /// Everything written to standard error, questions excepted.
  public var error: String { state.withLock { $0.error } }

  /// The questions asked, in order; secret ones too.
  public var prompts: [String] { state.withLock { $0.prompts } }

  /// Whether the cursor is shown.
  public var cursorIsVisible: Bool { state.withLock { $0.cursorIsVisible } }

  /// Whether a command waits for interruptions now.
  public var catchesInterruptions: Bool { state.withLock { $0.interruptions != nil } }

  /// Types what interrupts the running command.
  public func interrupt(_ interruption: Interruption = .interrupt) {
    _ = state.withLock { $0.interruptions }?.yield(interruption)
  }

  /// Records.
  public func write(_ text: TerminalText, to stream: TerminalStream) {
    state.withLock { state in
      switch stream {
      case .output: state.output += text.text
      case .error: state.error += text.text
      }
    }
  }

  /// Nothing is buffered.
  public func flush() throws(TerminalError) {}

  /// As the test says.
  public func isInteractive(_ stream: TerminalStream) -> Bool { isInteractive }

  /// Records the question and takes the next answer.
  public func ask(_ prompt: String, default: String?) async throws -> String {
    let answer = try answer(to: prompt)
    return answer.isEmpty ? `default` ?? answer : answer
  }

  /// Records the question and takes the next answer.
  public func askSecret(_ prompt: String) async throws -> String { try answer(to: prompt) }

  private func answer(to prompt: String) throws(TerminalError) -> String {
    let answer = state.withLock { state in
      state.prompts.append(prompt)
      return state.answers.isEmpty ? nil : state.answers.removeFirst()
    }
    guard let answer else { throw TerminalError.noAnswer(prompt: prompt) }
    return answer
  }

  /// What the test pipes in.
  public func readInput(limit: Int) async throws -> [UInt8] {
    guard input.count <= limit else { throw TerminalError.badInput(reason: "it holds more than \(limit) bytes") }
    return input
  }

  /// Records.
  public func showCursor(_ visible: Bool) { state.withLock { $0.cursorIsVisible = visible } }

  /// Shows the cursor.
  public func restore() { showCursor(true) }

  /// What ``interrupt(_:)`` sends.
  public func interruptions() -> AsyncStream<Interruption> {
    let (stream, continuation) = AsyncStream.makeStream(of: Interruption.self)
    state.withLock { $0.interruptions = continuation }
    return stream
  }
}
