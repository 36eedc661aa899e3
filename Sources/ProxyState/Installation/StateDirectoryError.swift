public import Reporting

/// Why the state directory cannot be used.
public enum StateDirectoryError: UserFacingError, Equatable {
  /// The directory is not there and cannot be made.
  case cannotCreate(path: String, reason: String)
  /// The record of the installation is damaged or unreadable.
  case unreadableInstallation(path: String)
  /// The directory belongs to another user than the one who runs the command.
  case otherOwner(path: String, owner: String)
  /// The command only reads, and there is no store to read.
  case noStore(path: String)
  /// The directory of the installed store is missing, or does not belong to the service's user.
  case notPrepared(path: String, user: String)
  /// Root cannot become the owner of the directory.
  case cannotBecome(owner: String, path: String, reason: String)

  /// What class of failure it is.
  public var kind: FailureKind {
    switch self {
    case .cannotCreate, .unreadableInstallation, .cannotBecome: .failed
    case .otherOwner: .notAuthorised
    case .noStore, .notPrepared: .notConfigured
    }
  }

  /// Which directory, and why.
  public var message: String {
    switch self {
    case .cannotCreate(let path, let reason): "cannot create the state directory \(path): \(reason)"
    case .unreadableInstallation(let path): "cannot find the store of this host: \(path) is damaged or unreadable"
    case .otherOwner(let path, let owner): "cannot open the store in \(path): it belongs to the user \(owner)"
    case .noStore(let path): "cannot open a store in \(path): there is none"
    case .notPrepared(let path, let user):
      "cannot open the store in \(path): the directory is missing or does not belong to the user \(user)"
    case .cannotBecome(let owner, let path, let reason):
      "cannot run as the user \(owner), who owns \(path): \(reason)"
    }
  }

  /// What to do next.
  public var advice: String? {
    switch self {
    case .cannotCreate: "run the command with sudo, or name another directory with --state-dir"
    case .unreadableInstallation: "run the package's install.sh again, or name the directory with --state-dir"
    case .otherOwner: "run the command with sudo, or name a directory of your own with --state-dir"
    case .noStore:
      "make one with 'snap-proxy import-registration' or 'snap-proxy config', or name its directory with --state-dir"
    case .notPrepared: "bring the directory back, or run the package's install.sh again, which prepares a new one"
    case .cannotBecome: "run the command as root or as that user"
    }
  }
}
