public import Foundation
public import StoreModel

/// The name and the publisher of a snap.
public struct SnapDeclaration: Sendable, Hashable {
  /// What it was read from.
  public let assertion: Assertion
  /// The snap.
  public let snapID: SnapID
  /// `nil`: revoked, nobody may install it.
  public let snapName: SnapName?
  /// Whose it is.
  public let publisherID: AccountID
  /// Snaps whose refreshes this one gates, by id.
  public let refreshControl: [String]
  /// Who but the store may sign revisions.
  public let revisionAuthorities: [RevisionAuthority]
  /// When it was stated.
  public let timestamp: Date

  /// - Throws: ``AssertionError/malformed(subject:reason:)``.
  public init(_ assertion: Assertion) throws(AssertionError) {
    try assertion.require(.snapDeclaration)
    self.assertion = assertion
    guard assertion["series"] == "16" else { throw assertion.malformed("series", "16") }
    snapID = try assertion.snapID("snap-id")
    let name = try assertion.text("snap-name")
    do throws(StoreModelError) { snapName = name.isEmpty ? nil : try SnapName(parsing: name) } catch {
      throw assertion.malformed("snap-name", "a snap name")
    }
    publisherID = try assertion.accountID("publisher-id")
    refreshControl = try assertion.texts("refresh-control")
    var authorities: [RevisionAuthority] = []
    for map in try assertion.maps("revision-authority") {
      authorities.append(try RevisionAuthority(map, of: assertion))
    }
    revisionAuthorities = authorities
    timestamp = try assertion.date("timestamp")
  }
}

/// That an account may sign revisions of a snap that came from a provenance of its own.
public struct RevisionAuthority: Sendable, Hashable {
  /// Who may sign.
  public let accountID: String
  /// Which provenances.
  public let provenances: [String]
  /// The lowest and the highest revision; the highest may be absent.
  public let minimumRevision: Int
  /// `nil`: no limit.
  public let maximumRevision: Int?

  init(_ map: [String: HeaderValue], of assertion: Assertion) throws(AssertionError) {
    let provenances = map["provenance"]?.list?.compactMap(\.text) ?? []
    guard let accountID = map["account-id"]?.text, !provenances.isEmpty else {
      throw assertion.malformed("revision-authority", "a list of accounts with provenances")
    }
    self.accountID = accountID
    self.provenances = provenances
    minimumRevision = try Self.revision(map["min-revision"], of: assertion) ?? 1
    maximumRevision = try Self.revision(map["max-revision"], of: assertion)
  }

  /// Whether it covers the revision.
  public func covers(revision: Int, provenance: String, signedBy account: String?) -> Bool {
    account == accountID && provenances.contains(provenance) && revision >= minimumRevision
      && maximumRevision.map { revision <= $0 } ?? true
  }

  private static func revision(_ value: HeaderValue?, of assertion: Assertion) throws(AssertionError) -> Int? {
    guard let value else { return nil }
    guard let number = value.text.flatMap(Number.parse), number >= 1 else {
      throw assertion.malformed("revision-authority", "a range of revisions")
    }
    return number
  }
}
