public import Foundation
public import StoreModel

/// Where a revision can be released: a channel, for devices of one architecture.
public struct ReleaseSlot: Sendable, Hashable, Comparable {
  /// The channel.
  public let channel: Channel
  /// The devices' architecture; never `all`: a revision for all is released once for each.
  public let architecture: Architecture

  /// A place of its parts.
  public init(channel: Channel, architecture: Architecture) {
    self.channel = channel
    self.architecture = architecture
  }

  /// By channel, then by architecture, as the public store orders its channel maps.
  public static func < (left: ReleaseSlot, right: ReleaseSlot) -> Bool {
    (left.channel, left.architecture) < (right.channel, right.architecture)
  }
}

/// What a slot holds, and since when.
public struct CatalogueRelease: Sendable, Hashable {
  /// What devices get.
  public let revision: Revision
  /// Since when.
  public let since: Date

  /// A release of its parts.
  public init(revision: Revision, since: Date) {
    self.revision = revision
    self.since = since
  }
}
