public import Reporting
public import StoreModel

/// Why a snap cannot be planned for.
public enum PlanningError: UserFacingError {
  /// Neither the channel nor a safer one of its track holds anything for the architecture.
  case notReleased(snap: SnapName, channel: Channel, architecture: Architecture, instead: [String])
  /// The store does not give this revision.
  case revisionNotFound(snap: SnapName, revision: Revision, reason: String)
  /// Two revisions for one place.
  case conflict(snap: SnapName, place: Placement, revisions: [Revision])
  /// The store says too little.
  case incomplete(snap: SnapName, missing: String)

  /// What is not there was not found; what contradicts itself was asked wrongly.
  public var kind: FailureKind {
    switch self {
    case .notReleased, .revisionNotFound: .notFound
    case .conflict: .usage
    case .incomplete: .network
    }
  }

  /// Which snap, and why not.
  public var message: String {
    switch self {
    case .notReleased(let snap, let channel, let architecture, _):
      "cannot export \(snap): nothing is released in \(channel) for \(architecture)"
    case .revisionNotFound(let snap, let revision, let reason):
      "cannot export \(snap) revision \(revision): \(reason)"
    case .conflict(let snap, let place, let revisions):
      "cannot export \(snap): \(place) would hold the revisions "
        + revisions.map(\.description).joined(separator: " and ")
    case .incomplete(let snap, let missing): "cannot export \(snap): the store does not tell its \(missing)"
    }
  }

  /// Where the snap can be had.
  public var advice: String? {
    switch self {
    case .notReleased(_, _, _, let instead) where !instead.isEmpty:
      "it is released in " + instead.prefix(12).joined(separator: ", ") + (instead.count > 12 ? ", ..." : "")
    default: nil
    }
  }
}
