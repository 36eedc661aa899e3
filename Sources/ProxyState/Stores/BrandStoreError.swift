public import Foundation
public import Reporting
public import StoreModel

/// Why a store of a brand is not imported.
public enum BrandStoreError: UserFacingError, Equatable {
  /// The store is here as that of another brand.
  case otherBrand(store: StoreID, brand: String)
  /// The tarball would show everybody a snap that is here for the devices of another brand.
  case opensSnap(String, of: String)
  /// The tarball says that a snap is its brand's own which everybody sees, and which another brand lists.
  case claimsSnap(String, of: String)
  /// A later export is here.
  case olderExport(store: StoreID, exported: Date, known: Date)
  /// The token is that of another brand's administrator.
  case tokenTaken(brand: AccountID)

  /// Two that say different things.
  public var kind: FailureKind { .integrity }

  /// Which store, and why.
  public var message: String {
    switch self {
    case .otherBrand(let store, let brand):
      "cannot import store '\(store)': it was imported as a store of brand \(brand)"
    case .opensSnap(let snap, let store):
      "cannot show snap '\(snap)' to others: it is here for devices of store '\(store)', which is another brand's"
    case .claimsSnap(let snap, let store):
      "cannot make snap '\(snap)' a brand's own: everybody sees it, and store '\(store)', another brand's, lists it"
    case .olderExport(let store, let exported, let known):
      """
      cannot import store '\(store)': it was exported at \(exported.formatted(.iso8601)), and the export of \
      \(known.formatted(.iso8601)) is here
      """
    case .tokenTaken(let brand):
      "cannot import a store of brand \(brand): its administrator's token is that of another brand's"
    }
  }

  /// What to do.
  public var advice: String? {
    switch self {
    case .otherBrand, .tokenTaken: "export the store again with an account of its brand"
    case .opensSnap(let snap, let store):
      "if that is right, push the latest export of '\(store)', or run 'snap-proxy remove-snap \(snap) --forget-stores' first"
    case .claimsSnap(let snap, _):
      "if that is right, run 'snap-proxy remove-snap \(snap) --forget-stores' first"
    case .olderExport:
      """
      push the latest export; if this is the latest, a laptop's clock was wrong, and '--allow-rollback' takes it all the \
      same
      """
    }
  }
}
