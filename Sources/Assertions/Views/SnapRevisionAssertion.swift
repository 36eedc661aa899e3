public import Cryptography
public import Foundation
public import StoreModel

/// That a file is a revision of a snap.
public struct SnapRevisionAssertion: Sendable, Hashable {
  /// What it was read from.
  public let assertion: Assertion
  /// Of the whole file.
  public let digest: SHA3Digest
  /// `global-upload`, or another way by which it came to the store.
  public let provenance: String
  /// The snap.
  public let snapID: SnapID
  /// Its revision.
  public let revision: Revision
  /// Of the file, in bytes.
  public let size: UInt64
  /// Who uploaded it.
  public let developerID: AccountID
  /// When it was stated.
  public let timestamp: Date

  /// - Throws: ``AssertionError/malformed(subject:reason:)``.
  public init(_ assertion: Assertion) throws(AssertionError) {
    try assertion.require(.snapRevision)
    self.assertion = assertion
    digest = try assertion.digest("snap-sha3-384")
    provenance = assertion["provenance"] ?? AssertionType.ordinaryProvenance
    snapID = try assertion.snapID("snap-id")
    revision = try assertion.revision("snap-revision")
    size = UInt64(clamping: try assertion.number("snap-size"))
    developerID = try assertion.accountID("developer-id")
    timestamp = try assertion.date("timestamp")
  }
}
