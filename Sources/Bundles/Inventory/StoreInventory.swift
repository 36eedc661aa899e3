public import Foundation
public import StoreModel

/// What a store behind the gap holds, so that an export for it can leave that out.
///
/// A revision is named by snap and number, which the upstream store's assertions bind to a file.
public struct StoreInventory: Codable, Sendable, Hashable {
  /// The newest format that this program reads and writes.
  public static let currentFormat = 1
  /// The value of ``kind``.
  public static let kind = "inventory"

  /// See ``currentFormat``.
  public var format: Int
  /// Always ``kind-swift.type.property``.
  public var kind: String
  /// The id of the store, as it is registered; `nil` for one that is not.
  public var store: String?
  /// In whole seconds.
  public var madeAt: Date
  /// By name.
  public var snaps: [Snap]

  /// One snap.
  public struct Snap: Codable, Sendable, Hashable {
    /// The snap's name; the id counts.
    public var name: SnapName
    /// The snap's identity.
    public var snapID: SnapID
    /// Those whose files are there; sorted.
    public var revisions: [Revision]

    /// A snap of its parts.
    public init(name: SnapName, snapID: SnapID, revisions: [Revision]) {
      self.name = name
      self.snapID = snapID
      self.revisions = revisions.sorted()
    }

    private enum CodingKeys: String, CodingKey {
      case name
      case snapID = "snap-id"
      case revisions
    }
  }

  /// An inventory of its parts, sorted.
  public init(store: String?, snaps: [Snap], now: Date) {
    format = Self.currentFormat
    kind = Self.kind
    self.store = store
    madeAt = Date(timeIntervalSince1970: now.timeIntervalSince1970.rounded(.down))
    self.snaps = snaps.sorted { $0.name < $1.name }
  }

  private enum CodingKeys: String, CodingKey {
    case format
    case kind
    case store
    case madeAt = "made-at"
    case snaps
  }
}
