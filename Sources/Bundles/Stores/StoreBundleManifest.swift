public import Assertions
public import Foundation
public import StoreAPI
public import StoreModel

/// What the tarball of a brand's store holds. Not signed: a reader believes only what the assertions prove.
public struct StoreBundleManifest: BundleManifest, Codable, Hashable {
  /// Proven by the administrator and the assertions.
  public static let proofs = 2

  /// See ``BundleKind/currentFormat``.
  public var format: Int
  /// Always `store`.
  public var kind: String
  /// The store that was exported: one that devices' models name.
  public var store: StoreID
  /// The account of the brand.
  public var brand: AccountID
  /// The exported store, then its parent, if it has one.
  public var stores: [BrandStore]
  /// The account-keys that were asked for: those that sign the brand's models and serials. Sorted.
  public var accountKeys: [AccountKeyID]
  /// When it was exported, in whole seconds; of two exports the later one counts.
  public var exportedAt: Date
  /// What was asked of the snaps whose channels are told as a whole.
  public var scope: Scope
  /// By name.
  public var snaps: [SnapEntry]
  /// Every member but the manifest.
  public var members: [BundleMember]
  /// Of several; `nil` where the bundle is one tarball.
  public var volume: BundleVolume?

  /// A manifest of its parts, sorted.
  public init(
    store: StoreID, brand: AccountID, stores: [BrandStore], accountKeys: [AccountKeyID], snaps: [SnapEntry],
    members: [BundleMember], scope: Scope, exportedAt: Date
  ) {
    format = BundleKind.format(of: members)
    kind = BundleKind.store.rawValue
    self.store = store
    self.brand = brand
    self.exportedAt = Date(timeIntervalSince1970: exportedAt.timeIntervalSince1970.rounded(.down))
    self.scope = scope
    self.stores = stores
    self.accountKeys = accountKeys.sorted()
    self.snaps = snaps.sorted { $0.name < $1.name }
    self.members = members
  }

  private enum CodingKeys: String, CodingKey {
    case format
    case kind
    case store
    case brand
    case stores
    case accountKeys = "account-keys"
    case exportedAt = "exported-at"
    case scope
    case snaps
    case members
    case volume
  }

  /// Channels and architectures that were asked for: what they do not hold they hold no more.
  public struct Scope: Codable, Sendable, Hashable {
    /// Sorted.
    public var channels: [Channel]
    /// Sorted.
    public var architectures: [Architecture]

    /// A scope of its parts.
    public init(channels: [Channel] = [], architectures: [Architecture] = []) {
      self.channels = channels.sorted()
      self.architectures = architectures.sorted()
    }
  }

  /// One snap of the store, or one that another store's owner lets it include.
  public struct SnapEntry: Codable, Sendable, Hashable {
    /// Its name.
    public var name: SnapName
    /// Its identity.
    public var snapID: SnapID
    /// Who publishes it.
    public var publisher: Publisher?
    /// The store that it is registered in: `ubuntu` for the global one.
    public var store: StoreID
    /// Whether only devices and people of the stores that have it see it.
    public var isPrivate: Bool
    /// The stores that include it besides its own.
    public var includedStores: [StoreID]
    /// What belongs to the snap rather than to a revision.
    public var snap: SnapDetails
    /// The member that is its icon.
    public var icon: String?
    /// By number; none of a snap that is registered and not released, or where snaps were left out.
    public var revisions: [SnapBundleManifest.RevisionEntry]
    /// By channel, then architecture.
    public var channelMap: [SnapBundleManifest.ReleaseEntry]
    /// Whether the channel map tells all that the channels of ``StoreBundleManifest/scope`` hold.
    public var isComplete: Bool

    /// An entry of its parts, sorted; the bundle gives it its icon.
    public init(
      name: SnapName, snapID: SnapID, publisher: Publisher?, store: StoreID, isPrivate: Bool,
      includedStores: [StoreID], snap: SnapDetails, revisions: [SnapBundleManifest.RevisionEntry] = [],
      channelMap: [SnapBundleManifest.ReleaseEntry] = [], isComplete: Bool = false
    ) {
      self.name = name
      self.snapID = snapID
      self.publisher = publisher
      self.store = store
      self.isPrivate = isPrivate
      self.includedStores = includedStores.sorted()
      self.snap = snap
      self.revisions = revisions.sorted { $0.revision < $1.revision }
      self.channelMap = channelMap.sorted { ($0.channel, $0.architecture) < ($1.channel, $1.architecture) }
      self.isComplete = isComplete
    }

    private enum CodingKeys: String, CodingKey {
      case name
      case snapID = "snap-id"
      case publisher
      case store
      case isPrivate = "private"
      case includedStores = "included-stores"
      case snap
      case icon
      case revisions
      case channelMap = "channel-map"
      case isComplete = "channel-map-complete"
    }
  }
}

extension StoreBundleManifest {
  /// - Throws: ``BundleError``.
  init(decoding bytes: [UInt8], of path: String) throws(BundleError) {
    try ManifestHead(decoding: bytes, of: path).require(.store, of: path)
    self = try ManifestCoding.value(Self.self, from: bytes, what: "manifest", of: path)
  }
}
