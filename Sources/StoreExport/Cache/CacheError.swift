import Foundation
public import Reporting

/// What the file system refused to the cache.
public struct CacheError: UserFacingError, Equatable {
  let doing: String
  let reason: String
  /// A matter of this machine.
  public var kind: FailureKind { .failed }
  /// What could not be done with which file, and why.
  public var message: String { "cannot \(doing): \(reason)" }
}

/// The last failure of a system call, in words.
func lastSystemError() -> String { String(cString: strerror(errno)) }
