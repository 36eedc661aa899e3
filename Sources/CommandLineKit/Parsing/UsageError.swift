public import Reporting

/// Why a command line cannot be understood.
public struct UsageError: UserFacingError, Hashable {
  /// What is wrong, naming it.
  public let message: String
  /// What to do, and where to read more.
  public let advice: String?

  /// Always ``FailureKind/usage``.
  public var kind: FailureKind { .usage }

  init(_ message: String, command: [String], advice: String? = nil) {
    self.message = message
    let pointer = "see '\(command.joined(separator: " ")) --help'"
    self.advice = advice.map { "\($0); \(pointer)" } ?? pointer
  }
}
