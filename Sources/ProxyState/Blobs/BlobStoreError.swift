import Foundation
public import Reporting

/// Why files cannot be kept.
public enum BlobStoreError: UserFacingError, Equatable {
  /// The system refused to write, for example because the disk is full.
  case cannotWrite(path: String, reason: String)
  /// The system refused to read.
  case cannotRead(path: String, reason: String)
  /// There is less room than the operation needs: `needed` for the files and `reserve` for the database; in bytes.
  case notEnoughSpace(directory: String, needed: UInt64, reserve: UInt64, free: UInt64)
  /// Somebody is writing files, so nobody may look for files that belong to nothing.
  case busy
  /// The connection that kept others from removing files broke before the work was done.
  case guardLost

  /// A running push is a matter of state.
  public var kind: FailureKind { self == .busy ? .notConfigured : .failed }

  /// Where, and why.
  public var message: String {
    switch self {
    case .cannotWrite(let path, let reason): return "cannot write \(path): \(reason)"
    case .cannotRead(let path, let reason): return "cannot read \(path): \(reason)"
    case .notEnoughSpace(let directory, let needed, let reserve, let free):
      let (sum, overflow) = needed.addingReportingOverflow(reserve)
      return "cannot store \(Megabytes.needed(needed)) in \(directory): "
        + "\(Megabytes.needed(overflow ? .max : sum)) are needed "
        + "(\(Megabytes.needed(needed)) for the files, and \(Megabytes.needed(reserve)) stay free for the database), "
        + "\(Megabytes.free(free)) are free"
    case .busy: return "cannot remove unused files: a push is running"
    case .guardLost:
      return "cannot store the snaps: the connection to the database that kept their files from being removed was lost"
    }
  }

  /// What to do.
  public var advice: String? {
    switch self {
    case .cannotWrite: "check the permissions and the free space of the state directory, then run the command again"
    case .cannotRead: "check the permissions of the state directory"
    case .notEnoughSpace: "free some space, for example with 'snap-proxy prune --keep 2'"
    case .busy: "run the command again when the push has ended"
    case .guardLost:
      "run the command again; if a pooler ends transactions that wait (idle_transaction_timeout), connect without it"
    }
  }

  static func lastError(writing path: String) -> BlobStoreError {
    .cannotWrite(path: path, reason: String(cString: strerror(errno)))
  }
}
