public import StoreModel

/// An inventory as an export looks things up in it.
public struct HeldFiles: Sendable {
  private let revisions: [SnapID: Set<Revision>]

  /// Nothing is held.
  public static let none = HeldFiles(revisions: [:])

  /// What an inventory says.
  public init(_ inventory: StoreInventory) {
    self.init(revisions: Dictionary(inventory.snaps.map { ($0.snapID, Set($0.revisions)) }) { $0.union($1) })
  }

  private init(revisions: [SnapID: Set<Revision>]) { self.revisions = revisions }

  /// Whether the store has the file of a revision.
  public func contains(_ revision: Revision, of snap: SnapID) -> Bool { revisions[snap]?.contains(revision) == true }
}
