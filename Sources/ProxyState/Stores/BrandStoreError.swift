public import Reporting

/// Why a store of a brand is not imported.
public enum BrandStoreError: UserFacingError, Equatable {
  /// The store is here as that of another brand.
  case otherBrand(store: String, brand: String)

  /// Two that say different things.
  public var kind: FailureKind { .integrity }

  /// Which store, and whose it is.
  public var message: String {
    switch self {
    case .otherBrand(let store, let brand):
      "cannot import store '\(store)': it was imported as a store of brand \(brand)"
    }
  }

  /// Where the right one comes from.
  public var advice: String? { "export the store again with an account of its brand" }
}
