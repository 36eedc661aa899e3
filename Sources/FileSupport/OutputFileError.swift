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
    switch failure.code {
    case EEXIST: "cannot write \(path): something other than a file has that name"
    case EBUSY: "cannot write \(path): another command is writing it"
    default: "cannot write \(path): \(failure.reason)"
    }
  }
  /// What to do.
  public var advice: String? {
    switch failure.code {
    case EEXIST: "remove it, or name a file elsewhere"
    case EBUSY: "wait until the other command has ended, or name another file"
    case ENOENT, ENOTDIR: "make the folder first, or name a file elsewhere"
    case ENOSPC, EDQUOT, EFBIG: "free some space there, or name a file on another disk"
    case EACCES, EPERM, EROFS: "name a file in a folder where your user may write"
    default: "check the folder and the disk, or name a file elsewhere"
    }
  }
}
