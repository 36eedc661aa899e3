public import Foundation
public import StoreModel

/// A snap as lists show it.
public struct PushedSnap: Sendable, Hashable {
  /// The snap's name.
  public let name: SnapName
  /// The snap's identity.
  public let id: SnapID
  /// The stores that list it, sorted.
  public let stores: [String]
  /// The revisions, oldest first.
  public let revisions: [Revision]
  /// Of all its revisions' files, in bytes.
  public let size: UInt64
}

/// A line of a channel's history.
public struct PastRelease: Sendable, Hashable {
  /// Where.
  public let slot: ReleaseSlot
  /// What devices got.
  public let revision: Revision
  /// From when.
  public let since: Date
  /// Until when; `nil` for what they get now.
  public let until: Date?
}

/// A revision that was removed because newer ones are here.
public struct PrunedRevision: Sendable, Hashable {
  /// The snap's name.
  public let name: SnapName
  /// The number.
  public let revision: Revision
  /// Of its file, in bytes.
  public let size: UInt64
}
