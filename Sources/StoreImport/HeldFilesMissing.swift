public import Reporting

/// An increment for another store than this one, or for this one before it lost files.
public struct HeldFilesMissing: UserFacingError, Equatable {
  let path: String
  let first: String
  let count: Int
  /// The tarball is good; the store lacks something.
  public var kind: FailureKind { .notFound }
  /// Which are missing.
  public var message: String {
    "cannot push \(path): it was exported against an inventory with \(first)"
      + (count > 1 ? " and \(count - 1) more" : "") + ", which this store does not have"
  }
  /// How to get a tarball that has them.
  public var advice: String? { "export again, without --against or with a new 'snap-proxy inventory' of this store" }
}
