public import Foundation
public import StoreModel

/// A key of an account, and when it may sign what.
public struct AccountKeyAssertion: Sendable, Hashable {
  /// What it was read from.
  public let assertion: Assertion
  /// The owner.
  public let accountID: AccountID
  /// Unique among the owner's keys; old assertions lack it.
  public let name: String?
  /// From when it is valid.
  public let since: Date
  /// From when it is no longer valid; `nil` for ever.
  public let until: Date?
  /// The key.
  public let publicKey: AssertionPublicKey
  let constraints: [SigningConstraint]?

  /// - Throws: ``AssertionError/malformed(subject:reason:)``, also where the id is not that of the key.
  public init(_ assertion: Assertion) throws(AssertionError) {
    try assertion.require(.accountKey)
    self.assertion = assertion
    accountID = try assertion.accountID("account-id")
    name = try assertion.optionalText("name")
    since = try assertion.date("since")
    until = try assertion.optionalDate("until")
    if let until, until < since {
      throw .malformed(subject: assertion.description, reason: "its until is before its since")
    }
    publicKey = try assertion.publicKey(assertion.body, in: "body")
    guard try assertion.digest("public-key-sha3-384") == publicKey.id else {
      throw .malformed(subject: assertion.description, reason: "its public-key-sha3-384 is not the id of its key")
    }
    guard assertion.headers["constraints"] != nil else {
      constraints = nil
      return
    }
    guard assertion.format >= 1 else {
      throw .malformed(subject: assertion.description, reason: "it has constraints, which need format 1")
    }
    var constraints: [SigningConstraint] = []
    for map in try assertion.maps("constraints") {
      constraints.append(try SigningConstraint(map, of: assertion))
    }
    self.constraints = constraints
  }

  /// Whether the key may sign at this point in time.
  public func isValid(at date: Date) -> Bool { since <= date && until.map { date < $0 } ?? true }
}
