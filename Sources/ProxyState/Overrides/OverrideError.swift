public import Reporting
public import StoreModel

/// Why overrides stay as they are.
public enum OverrideError: UserFacingError, Equatable {
  /// There is no change that could be undone.
  case nothingToUndo
  /// There is no change of that number.
  case unknownChange(Int)
  /// Something else counts there by now.
  case changedSince(change: Int, name: SnapName, slot: ReleaseSlot)

  /// The class of the failure.
  public var kind: FailureKind {
    switch self {
    case .nothingToUndo, .unknownChange: .notFound
    case .changedSince: .notConfigured
    }
  }

  /// What is in the way.
  public var message: String {
    switch self {
    case .nothingToUndo: "cannot undo anything: no override was ever changed, or all was undone"
    case .unknownChange(let number): "cannot undo change \(number): there is none of that number"
    case .changedSince(let change, let name, let slot):
      "cannot undo change \(change): \(name) \(slot.channel.name) \(slot.architecture) was changed again since"
    }
  }

  /// What to do.
  public var advice: String? {
    switch self {
    case .nothingToUndo: nil
    case .unknownChange: "'snap-proxy overrides history' lists the changes"
    case .changedSince: "undo the later change first, or set the override that you want"
    }
  }
}
