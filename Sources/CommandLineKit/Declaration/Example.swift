/// A command line that works, and what it is for. Help, manual and documentation show it; a test parses it.
public struct Example: Hashable, Sendable {
  /// As typed in a shell; `sudo`, variables and pipes may stand before the program.
  public let commandLine: String
  /// What it does, as a phrase.
  public let explanation: String

  /// An example with its explanation.
  public init(_ commandLine: String, _ explanation: String) {
    self.commandLine = commandLine
    self.explanation = explanation
  }
}
