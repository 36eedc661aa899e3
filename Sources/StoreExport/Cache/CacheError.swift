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
  /// What to check, and where else tarballs and downloads can go.
  public var advice: String? {
    "check the permissions and the free space there; --export-dir names another folder for tarballs, XDG_CACHE_HOME another "
      + "one for the cache of downloads"
  }
}

/// The last failure of a system call, in words.
func lastSystemError() -> String { String(cString: strerror(errno)) }
