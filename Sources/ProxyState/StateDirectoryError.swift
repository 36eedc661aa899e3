public import Reporting

/// Why the proxy's directory cannot be used.
public enum StateDirectoryError: UserFacingError, Equatable {
  /// It is not there and cannot be made.
  case cannotCreate(path: String, reason: String)

  /// Nothing finer can be said.
  public var kind: FailureKind { .failed }

  /// Which directory, and why.
  public var message: String {
    switch self {
    case .cannotCreate(let path, let reason): "cannot create the state directory \(path): \(reason)"
    }
  }

  /// How to choose another one.
  public var advice: String? { "run the command with sudo, or name another directory with --state-dir" }
}
