public import Reporting
public import StoreModel

/// Why a brand's store is not shown.
public enum BrandStoreError: UserFacingError, Equatable {
  /// Whoever is logged in has not the role, or there is no such store.
  case notAdministrator(store: StoreID)

  /// A matter of rights.
  public var kind: FailureKind { .notAuthorised }

  /// Which store.
  public var message: String {
    switch self {
    case .notAdministrator(let store): "cannot export the store \(store): whoever is logged in is not its administrator"
    }
  }

  /// What to look at.
  public var advice: String? { "check the store's id, and log in with an account that has the role Admin in it" }
}
