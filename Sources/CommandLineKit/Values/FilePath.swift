/// The path of a file as the user wrote it. Shells complete it with names of files.
public struct FilePath: ParameterValue, Hashable, CustomStringConvertible {
  /// The path; `-` by custom is standard input or output.
  public let path: String

  /// A path that is known to be one.
  public init(_ path: String) { self.path = path }

  /// Any text but an empty one and one with a zero byte.
  public init(parsing text: String) throws(ParameterProblem) {
    guard !text.isEmpty, !text.utf8.contains(0) else { throw ParameterProblem("'\(text)' is not a path") }
    path = text
  }

  /// Files.
  public static var parameterCompletion: Completion? { .files }

  /// The path.
  public var description: String { path }
}

/// The path of a directory as the user wrote it. Shells complete it with names of directories.
public struct DirectoryPath: ParameterValue, Hashable, CustomStringConvertible {
  /// The path.
  public let path: String

  /// A path that is known to be one.
  public init(_ path: String) { self.path = path }

  /// Any text but an empty one and one with a zero byte.
  public init(parsing text: String) throws(ParameterProblem) { path = try FilePath(parsing: text).path }

  /// Directories.
  public static var parameterCompletion: Completion? { .directories }

  /// The path.
  public var description: String { path }
}
