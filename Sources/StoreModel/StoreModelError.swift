public import Reporting

/// A text that is not what it should be.
public enum StoreModelError: UserFacingError, Equatable {
  /// - Parameters:
  ///   - kind: What the text should have been, with its article: `a snap name`.
  ///   - text: The text, as given.
  case malformed(kind: String, text: String)

  /// A malformed name on the command line is a usage error.
  public var kind: FailureKind { .usage }

  /// Says what the text should have been.
  public var message: String {
    switch self {
    case .malformed(let kind, let text):
      let shown = text.count > 80 ? text.prefix(80) + "..." : text[...]
      return "'\(shown)' is not \(kind)"
    }
  }
}
