public import Reporting

/// Why the terminal could not be used.
public enum TerminalError: UserFacingError, Hashable {
  /// Standard output or standard error took no more.
  case cannotWrite(reason: String)
  /// Standard input could not be read.
  case cannotRead(reason: String)
  /// Standard input ended where an answer was expected.
  case noAnswer(prompt: String)
  /// Standard input holds more than a command takes, or a line that is no text.
  case badInput(reason: String)

  /// A missing answer is a matter of usage.
  public var kind: FailureKind {
    switch self {
    case .noAnswer, .badInput: .usage
    case .cannotWrite, .cannotRead: .failed
    }
  }

  /// What could not be done, and why.
  public var message: String {
    switch self {
    case .cannotWrite(let reason): "cannot write the output: \(reason)"
    case .cannotRead(let reason): "cannot read standard input: \(reason)"
    case .noAnswer(let prompt): "cannot ask '\(prompt)': standard input has ended"
    case .badInput(let reason): "cannot use standard input: \(reason)"
    }
  }

  /// Only missing answers have a remedy that is always right.
  public var advice: String? {
    switch self {
    case .noAnswer: "run it in a terminal, or give the answer by an option or on standard input"
    case .cannotWrite, .cannotRead, .badInput: nil
    }
  }
}
