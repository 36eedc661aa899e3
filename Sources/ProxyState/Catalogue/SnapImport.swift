public import Foundation
public import StoreAPI
public import StoreModel

/// What one bundle brings, verified, its files already in the blob store.
public struct SnapImport: Sendable {
  /// The snap's identity.
  public var id: SnapID
  /// The snap's name.
  public var name: SnapName
  /// The stores that list it, which is added to those that are known; `ubuntu` is the global one.
  public var stores: Set<String>
  /// What belongs to the snap rather than to a revision.
  public var details: SnapDetails
  /// The picture; `nil` keeps the one that is here.
  public var icon: CatalogueIcon?
  /// The revisions.
  public var revisions: [CatalogueRevision]
  /// What the channels held where the bundle was made.
  public var channelMap: [ReleaseSlot: Revision]
  /// Slots that hold nothing any more unless ``channelMap`` says what.
  public var closing = ReleaseScope()
  /// When it was exported, where the bundle tells: channels are left to a later export that is here.
  public var exported: Date?
  /// How new the bundle's assertions are; `nil` where it has none. An older bundle adds what is missing and changes nothing
  /// of what describes the snap.
  public var age: SignedAge?

  /// An import of its parts.
  public init(
    id: SnapID, name: SnapName, stores: Set<String>, details: SnapDetails, icon: CatalogueIcon?,
    revisions: [CatalogueRevision], channelMap: [ReleaseSlot: Revision]
  ) {
    self.id = id
    self.name = name
    self.stores = stores
    self.details = details
    self.icon = icon
    self.revisions = revisions
    self.channelMap = channelMap
  }
}

/// All slots of some channels for some architectures.
public struct ReleaseScope: Sendable, Hashable {
  /// With their tracks.
  public var channels: Set<Channel>
  /// Devices that they are for.
  public var architectures: Set<Architecture>

  /// A scope of its parts; by default it has no slot.
  public init(channels: Set<Channel> = [], architectures: Set<Architecture> = []) {
    self.channels = channels
    self.architectures = architectures
  }

  func contains(_ slot: ReleaseSlot) -> Bool {
    channels.contains(slot.channel) && architectures.contains(slot.architecture)
  }
}

/// What an import changed.
public struct SnapImportOutcome: Sendable, Hashable {
  /// Revisions that were not here before.
  public var addedRevisions: [Revision] = []
  /// Slots that got a revision, with what they held before.
  public var released: [Release] = []
  /// Slots that hold nothing from now on.
  public var closed: [ReleaseSlot] = []
  /// Slots that hold another revision than the bundle's and kept it.
  public var kept: [ReleaseSlot] = []
  /// The name under which the store has the snap, where the bundle is older than what the store has: name, publisher,
  /// description and icon stay.
  public var newerHeld: SnapName?
  /// Whether anything changed at all, metadata included.
  public var isChange = false

  /// Nothing changed.
  public init() {}

  /// A slot's new content.
  public struct Release: Sendable, Hashable {
    /// The slot.
    public let slot: ReleaseSlot
    /// What devices get from now on.
    public let revision: Revision
    /// What they got before; it stays in the history.
    public let previous: Revision?
  }
}
