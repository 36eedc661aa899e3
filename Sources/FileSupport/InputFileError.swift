import Glibc
public import Reporting

/// A file that the user named and that cannot be read.
public struct InputFileError: UserFacingError, Equatable {
  /// As the user wrote it.
  public let path: String
  /// What the system said.
  public let failure: SystemFailure

  /// - Parameter path: As the user wrote it.
  public init(path: String, failure: SystemFailure) {
    self.path = path
    self.failure = failure
  }

  /// A file that is not there counts as not found.
  public var kind: FailureKind { failure.code == ENOENT ? .notFound : .failed }
  /// Which file, and why.
  public var message: String { "cannot read \(path): \(failure.reason)" }
  /// What to check.
  public var advice: String? {
    switch failure.code {
    case ENOENT: "check the spelling and the working directory"
    case EACCES, EPERM: "run the command with sudo, or make the file readable for your user"
    default: nil
    }
  }
}
