/// Why a text is refused, and where.
public struct YAMLError: Error, Hashable, Sendable, CustomStringConvertible {
  /// For example `did not find expected key`.
  public let reason: String
  /// Where in the text; `nil` where the text as a whole is refused.
  public let mark: YAMLMark?

  /// An error of its parts.
  public init(_ reason: String, at mark: YAMLMark?) {
    self.reason = reason
    self.mark = mark
  }

  /// `line 3, column 5: did not find expected key`.
  public var description: String { mark.map { "\($0): \(reason)" } ?? reason }
}

/// A place in a text.
public struct YAMLMark: Hashable, Sendable, CustomStringConvertible {
  /// From 1.
  public let line: Int
  /// From 1, in characters.
  public let column: Int

  /// A place of its parts.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// `line 3, column 5`.
  public var description: String { "line \(line), column \(column)" }
}
