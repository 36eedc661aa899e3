public import Reporting

/// Why the simulator cannot start.
public enum SimulatorError: UserFacingError, Equatable {
  /// A program that makes the snaps is missing.
  case missingProgram(String)
  /// A program that makes the snaps failed.
  case programFailed(String, reason: String)
  /// A file of the simulator's directory is of no use.
  case unusableFile(path: String, reason: String)
  /// The seed contradicts itself.
  case contradictorySeed(String)
  /// The port cannot be had.
  case cannotListen(address: String, reason: String)

  /// A missing program can be installed; the rest is a failure.
  public var kind: FailureKind {
    if case .missingProgram = self { .notConfigured } else { .failed }
  }

  /// What could not be done.
  public var message: String {
    switch self {
    case .missingProgram(let program): "cannot make snaps: the program \(program) is not installed"
    case .programFailed(let program, let reason): "cannot make snaps: \(program) failed: \(reason)"
    case .unusableFile(let path, let reason): "cannot use \(path): \(reason)"
    case .contradictorySeed(let reason): "cannot fill the store: \(reason)"
    case .cannotListen(let address, let reason): "cannot listen on \(address): \(reason)"
    }
  }

  /// What helps.
  public var advice: String? {
    switch self {
    case .missingProgram("mksquashfs"): "install it: apt-get install squashfs-tools"
    case .unusableFile: "choose another directory, or delete the file to have it made anew"
    case .cannotListen: "choose another port with --port"
    case .missingProgram, .programFailed, .contradictorySeed: nil
    }
  }
}
