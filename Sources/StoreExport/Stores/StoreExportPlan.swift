public import Assertions
public import Cryptography
public import Foundation
public import StoreAPI
public import StoreModel
public import UpstreamStore

/// What to export of a brand's store, from where to where, and how.
public struct StoreExportOptions: Sendable {
  /// A device view: the store that models name.
  public var store: StoreID
  /// The account-keys that devices' models and serials are signed with.
  public var keys: [AccountKeyID]
  /// Whether the snaps are left out, all but their declarations.
  public var withoutSnaps: Bool
  /// Channels, architectures, folders, and how to download. Its snaps are not looked at.
  public var snaps: SnapExportOptions

  /// Options of their parts.
  public init(store: StoreID, keys: [AccountKeyID], withoutSnaps: Bool, snaps: SnapExportOptions) {
    self.store = store
    self.keys = keys
    self.withoutSnaps = withoutSnaps
    self.snaps = snaps
    self.snaps.store = store
    self.snaps.passesOverGaps = true
  }
}

/// What an export of a store would do: no snap has moved yet.
public struct StoreExportPlan: Sendable {
  /// The exported store, then its parent, if it has one.
  public var stores: [BrandStore]
  /// What the stores show, by name.
  public var listing: [BrandStoreSnap]
  /// The snaps with the revisions that are published where it was asked for.
  public var snaps: SnapExportPlan
  /// Who exports.
  public var administrator: Administrator
  /// When the stores were asked: of two exports the later one counts.
  public var askedAt: Date

  /// Whoever is logged in.
  public struct Administrator: Sendable {
    /// Their account.
    public var account: AccountDetails
    /// The token that they are logged in with.
    public var token: AdminToken
  }

  /// Snaps of which only the declaration is exported: without a revision anywhere, or with none where it was asked for.
  public var declaredOnly: [BrandStoreSnap] {
    let planned = Set(snaps.snaps.map(\.snapID))
    return listing.filter { !planned.contains($0.id) }
  }
}

/// What an export of a store did.
public struct StoreExportSummary: Sendable {
  /// The tarball, or its volumes in their order.
  public var paths: [String]
  /// Of the manifest of each of them, for people who compare it on both sides of the gap.
  public var manifests: [SHA256Digest]
  /// Of all of them.
  public var bytes: UInt64
  /// Who may administer the store behind the gap, by this token.
  public var token: AdminToken
  /// The snaps whose revisions are in it.
  public var snaps: [SnapName]
  /// The snaps of which only the declaration is in it.
  public var declaredOnly: [SnapName]
  /// Snaps whose revisions could not be exported.
  public var failures: [ExportFailure]
  /// What the exported snaps need and the store does not have.
  public var lacking: [LackingSnap]
  /// See ``SnapExportPlan/unread``.
  public var unread: [String]
  /// What came over the network, of snap files.
  public var transferredBytes: UInt64

  /// The failure that the whole ends with, where not every snap was exported.
  public var incompleteness: ExportIncomplete? {
    failures.isEmpty ? nil : ExportIncomplete(failures: failures, exported: snaps.count)
  }
}
