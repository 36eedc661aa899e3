public import Foundation
public import StoreModel

/// Somebody who publishes or signs.
public struct AccountAssertion: Sendable, Hashable {
  /// What it was read from.
  public let assertion: Assertion
  /// Its identity.
  public let accountID: AccountID
  /// For people.
  public let displayName: String
  /// Unique at one time, may change.
  public let username: String?
  /// `unproven`, `starred`, `verified`, or a word that came later; the old `certified` is `verified`.
  public let validation: String
  /// When it was stated.
  public let timestamp: Date

  /// - Throws: ``AssertionError/malformed(subject:reason:)``.
  public init(_ assertion: Assertion) throws(AssertionError) {
    try assertion.require(.account)
    self.assertion = assertion
    accountID = try assertion.accountID("account-id")
    displayName = try assertion.word("display-name")
    username = try assertion.optionalText("username")
    let validation = try assertion.word("validation")
    self.validation = validation == "certified" ? "verified" : validation
    timestamp = try assertion.date("timestamp")
  }
}
