public import Reporting
public import StoreModel

/// Why the catalogue cannot be read or changed.
public enum CatalogueError: UserFacingError, Equatable {
  /// There is no snap of that name.
  case unknownSnap(SnapName)
  /// The snap has no such revision.
  case unknownRevision(SnapName, Revision)
  /// The revision is here with other content.
  case revisionDiffers(SnapName, Revision)
  /// Another snap has the name.
  case nameTaken(SnapName, by: SnapID)
  /// A row that this program would not have written.
  case unreadable(snap: String, reason: String)

  /// What is not there, and what does not fit.
  public var kind: FailureKind {
    switch self {
    case .unknownSnap, .unknownRevision: .notFound
    case .revisionDiffers: .integrity
    case .nameTaken: .notConfigured
    case .unreadable: .failed
    }
  }

  /// Which snap, and why.
  public var message: String {
    switch self {
    case .unknownSnap(let name): "cannot find snap '\(name)' in this store"
    case .unknownRevision(let name, let revision): "cannot find revision \(revision) of snap '\(name)' in this store"
    case .revisionDiffers(let name, let revision):
      "cannot import revision \(revision) of snap '\(name)': this store has it with other content"
    case .nameTaken(let name, let id): "cannot import snap '\(name)': snap \(id) has that name in this store"
    case .unreadable(let snap, let reason): "cannot read snap '\(snap)' from the database: \(reason)"
    }
  }

  /// What to do.
  public var advice: String? {
    switch self {
    case .unknownSnap, .unknownRevision: "'snap-proxy list-pushed-snaps' lists what is here"
    case .nameTaken(let name, _): "remove the other one with 'snap-proxy remove-snap \(name)' and push again"
    case .revisionDiffers, .unreadable: nil
    }
  }
}
