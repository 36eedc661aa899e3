/// A failure told to a person: what could not be done, to what and why, and what to do next.
///
/// Messages begin with a small letter, say "cannot ..." once in the whole chain and end without a period. They never
/// hold a secret nor a parameter of an SQL statement.
public protocol UserFacingError: Error, CustomStringConvertible {
  /// The class of the failure; decides the exit code.
  var kind: FailureKind { get }
  /// One line: what happened, to what, and why.
  var message: String { get }
  /// What the user can do about it, if there is something.
  var advice: String? { get }
}

extension UserFacingError {
  /// Most failures explain themselves.
  public var advice: String? { nil }

  /// The message alone, for logs.
  public var description: String { message }
}
