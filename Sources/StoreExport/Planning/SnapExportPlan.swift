public import Cryptography
public import Reporting
public import StoreAPI
public import StoreModel

/// What an export would do: nothing has moved yet.
public struct SnapExportPlan: Sendable {
  /// One tarball each, asked ones first, in the order of the question.
  public var snaps: [PlannedSnap]
  /// What cannot be had, and why.
  public var failures: [ExportFailure]
  /// What the exported snaps need and the set does not hold; empty with dependencies.
  public var lacking: [LackingSnap]
  /// Snaps that the store told of and that hold nothing where it was asked for.
  public var unreleased: [SnapName] = []
  /// Why the snap.yaml of a revision was not read, for each such revision: what it needs besides its base is unknown.
  public var unread: [String] = []

  /// Of all snap files that go into tarballs.
  public var bytes: UInt64 { Saturating.sum(of: snaps.map(\.bytes)) }
  /// Of the files that must be transferred; the rest of one that was interrupted counts alone.
  public var bytesToTransfer: UInt64 {
    Saturating.sum(of: snaps.flatMap(\.carried).map { Saturating.difference($0.blob.size, $0.bytesAtHand) })
  }
}

/// One snap of a plan.
public struct PlannedSnap: Sendable {
  /// The snap's name.
  public var name: SnapName
  /// The snap's identity.
  public var snapID: SnapID
  /// What belongs to the snap rather than to a revision.
  public var details: SnapDetails
  /// By number.
  public var revisions: [PlannedRevision]
  /// Who needs it; empty for a snap that was asked for.
  public var neededBy: [SnapName]

  /// Those whose files go into the tarball.
  public var carried: [PlannedRevision] { revisions.filter { !$0.isHeld } }
  /// Of the files that go into the tarball.
  public var bytes: UInt64 { Saturating.sum(of: carried.map(\.blob.size)) }
}

/// One revision of a plan: one file.
public struct PlannedRevision: Sendable {
  /// The number.
  public var revision: Revision
  /// What belongs to the revision.
  public var details: SnapDetails
  /// Where the store that it is pushed to releases it; sorted.
  public var placements: [Placement]
  /// The file.
  public var blob: PlannedBlob
  /// How much of the file the cache has.
  public var bytesAtHand: UInt64
  /// Whether the store behind the gap has the file already.
  public var isHeld = false

  /// For example `jq revision 6 (latest/stable amd64)`.
  public func title(of name: SnapName) -> String {
    "\(name) revision \(revision) (\(placements.map(\.description).joined(separator: ", ")))"
  }
}

/// A channel for an architecture.
public struct Placement: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The channel that holds the revision; where the asked one is closed, the one that answers for it.
  public var channel: Channel
  /// The devices that it is for.
  public var architecture: Architecture
  /// RFC 3339.
  public var releasedAt: String?

  /// For example `latest/stable amd64`.
  public var description: String { "\(channel) \(architecture)" }

  /// By channel, then architecture.
  public static func < (left: Placement, right: Placement) -> Bool {
    (left.channel, left.architecture) < (right.channel, right.architecture)
  }
}

/// A file to download.
public struct PlannedBlob: Sendable, Hashable {
  /// What it must be.
  public var digest: SHA3Digest
  /// In bytes.
  public var size: UInt64
  /// Where it is.
  public var url: String
}

/// A snap that others need and the set does not hold.
public struct LackingSnap: Sendable, Hashable {
  /// The snap.
  public var name: SnapName
  /// `base`, `snapd` or `content provider`.
  public var reason: String
  /// Who needs it.
  public var neededBy: [SnapName]
}

/// A snap that cannot be exported.
public struct ExportFailure: Sendable {
  /// The snap.
  public var name: SnapName
  /// Why.
  public var error: any UserFacingError
}
