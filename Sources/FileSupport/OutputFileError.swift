import Glibc
public import Reporting

/// A file that the user named and that cannot be written.
public struct OutputFileError: UserFacingError, Equatable {
  /// As the user wrote it.
  public let path: String
  /// What the system said.
  public let failure: SystemFailure

  /// The machine's fault, or the path's.
  public var kind: FailureKind { .failed }
  /// Which file, and why.
  public var message: String {
    failure.code == EEXIST
      ? "cannot write \(path): something other than a file has that name" : "cannot write \(path): \(failure.reason)"
  }
  /// What to do.
  public var advice: String? { "check the folder and its free space, or name a file elsewhere" }
}
