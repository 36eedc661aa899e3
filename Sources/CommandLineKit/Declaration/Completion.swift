/// How a shell completes the value of a parameter.
public enum Completion: Hashable, Sendable {
  /// Not at all.
  case none
  /// These words.
  case choices([String])
  /// Names of files.
  case files
  /// Names of directories.
  case directories
  /// What the program itself answers, asked with the name of a kind of values: `overridden-snaps`.
  case dynamic(String)
}
