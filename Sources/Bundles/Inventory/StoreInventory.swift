public import Cryptography
public import Foundation
public import StoreModel

/// What a store behind the gap holds, so that an export for it can leave that out.
///
/// A revision is named by snap and number, which the upstream store's assertions bind to a file; an icon by its digest.
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
  /// Digests, sorted.
  public var icons: [SHA3Digest]

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
  public init(store: String?, snaps: [Snap], icons: [SHA3Digest], now: Date) {
    format = Self.currentFormat
    kind = Self.kind
    self.store = store
    madeAt = Date(timeIntervalSince1970: now.timeIntervalSince1970.rounded(.down))
    self.snaps = snaps.sorted { $0.name < $1.name }
    self.icons = icons.sorted { $0.hex < $1.hex }
  }

  private enum CodingKeys: String, CodingKey {
    case format
    case kind
    case store
    case madeAt = "made-at"
    case snaps
    case icons
  }
}

/// An inventory as an export looks things up in it.
public struct HeldFiles: Sendable {
  private let revisions: [SnapID: Set<Revision>]
  private let icons: Set<SHA3Digest>

  /// Nothing is held.
  public static let none = HeldFiles(revisions: [:], icons: [])

  /// What an inventory says.
  public init(_ inventory: StoreInventory) {
    self.init(
      revisions: Dictionary(inventory.snaps.map { ($0.snapID, Set($0.revisions)) }) { $0.union($1) },
      icons: Set(inventory.icons))
  }

  private init(revisions: [SnapID: Set<Revision>], icons: Set<SHA3Digest>) {
    self.revisions = revisions
    self.icons = icons
  }

  /// Whether the store has the file of a revision.
  public func contains(_ revision: Revision, of snap: SnapID) -> Bool { revisions[snap]?.contains(revision) == true }

  /// Whether the store has an icon.
  public func contains(icon: SHA3Digest) -> Bool { icons.contains(icon) }
}
