import Reporting

/// Tells failures in one way: `error: ...`, the advice indented below it, and the exit code of its kind.
struct ErrorReport: Sendable {
  let terminal: any Terminal

  func tell(_ error: any Error) -> Int32 {
    if error is CancellationError { return tell("interrupted", advice: nil, code: FailureKind.interrupted.rawValue) }
    guard let error = error as? any UserFacingError else {
      return tell("\(error)", advice: nil, code: FailureKind.failed.rawValue)
    }
    return tell(error.message, advice: error.advice, code: error.kind.rawValue)
  }

  /// Waits for the work. Whatever it throws after an interruption is a consequence of it.
  func exitCode(of work: Task<Void, any Error>, interruption: Interruption?) async -> Int32 {
    switch (await work.result, interruption) {
    case (.success, _): return 0
    case (.failure(let error), nil): return tell(error)
    case (.failure, .interrupt): return tell("interrupted", advice: nil, code: FailureKind.interrupted.rawValue)
    case (.failure, .terminate): return tell("terminated", advice: nil, code: 143)
    }
  }

  private func tell(_ message: String, advice: String?, code: Int32) -> Int32 {
    // Only the first line begins at the margin: no line of a message can pass for another error.
    let lines = "\(message)\n\(advice ?? "")".split(separator: "\n")
    let text = TerminalText(lines: "error: \(lines.joined(separator: "\n  "))\n")
    terminal.write(Journal.readsStandardError() ? Journal.text(text, .error) : text, to: .error)
    return code
  }
}
