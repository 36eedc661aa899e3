public import Foundation
public import StoreModel

/// A revision that devices get from a channel in place of what the channel holds.
public struct SnapOverride: Sendable, Hashable {
  /// The snap's identity.
  public let id: SnapID
  /// The snap's name.
  public let name: SnapName
  /// Where. The architecture is `all` for a revision that runs everywhere.
  public let slot: ReleaseSlot
  /// What devices get.
  public let revision: Revision
  /// Since when.
  public let since: Date
  /// Who set it: an e-mail, or a user of the operating system.
  public let actor: String

  /// An override of its parts.
  public init(id: SnapID, name: SnapName, slot: ReleaseSlot, revision: Revision, since: Date, actor: String) {
    self.id = id
    self.name = name
    self.slot = slot
    self.revision = revision
    self.since = since
    self.actor = actor
  }
}

/// What shall count for one slot.
public struct OverrideChange: Sendable, Hashable {
  /// The snap's identity.
  public let id: SnapID
  /// The snap's name.
  public let name: SnapName
  /// Where.
  public let slot: ReleaseSlot
  /// What devices get; `nil` for what the channel holds.
  public let revision: Revision?

  /// A change of its parts.
  public init(id: SnapID, name: SnapName, slot: ReleaseSlot, revision: Revision?) {
    self.id = id
    self.name = name
    self.slot = slot
    self.revision = revision
  }
}

/// Who changes overrides, for the audit.
public struct OverrideAuthor: Sendable, Hashable {
  /// By which way a change came.
  public enum Way: String, Sendable, Codable {
    /// A command on the proxy's host.
    case command
    /// The REST API.
    case api
  }

  /// An e-mail, or a user of the operating system.
  public let name: String
  /// By which way.
  public let way: Way

  /// An author of its parts.
  public init(_ name: String, by way: Way) {
    self.name = name
    self.way = way
  }
}

/// One line of the overrides' history.
public struct PastOverrideChange: Sendable, Hashable {
  /// What belongs to one command or one request has one number.
  public let change: Int
  /// When.
  public let at: Date
  /// Who and how.
  public let author: OverrideAuthor
  /// The snap's identity.
  public let id: SnapID
  /// The snap's name.
  public let name: SnapName
  /// Where.
  public let slot: ReleaseSlot
  /// What devices got by an override before; `nil` for what the channel held.
  public let previous: Revision?
  /// What they got from then on.
  public let revision: Revision?
  /// The change that this one took back.
  public let undoes: Int?
}
