public import Reporting

/// A tarball leaves files to this store that are not here, or that its stores do not show.
public struct HeldFilesMissing: UserFacingError, Equatable {
  let path: String
  let first: String
  let count: Int
  /// The tarball is good; the store lacks something.
  public var kind: FailureKind { .notFound }
  /// Which are missing.
  public var message: String {
    "cannot push \(path): it does not bring \(first)\(count > 1 ? " and \(Saturating.difference(count, 1)) more" : ""), which this store does not "
      + "have for the tarball's stores"
  }
  /// How to get a tarball that has them.
  public var advice: String? {
    "export again, without --against or with a new 'snap-proxy inventory', for a brand with --store"
  }
}
