public import Foundation
public import StoreModel

/// A store, and where it answers.
public struct StoreAssertion: Sendable, Hashable {
  /// What it was read from.
  public let assertion: Assertion
  /// The store's id.
  public let store: String
  /// Who runs it.
  public let operatorID: AccountID
  /// Where devices ask, `http` or `https`; stores of a brand have none.
  public let url: String?
  /// Stores whose snaps count as belonging to this one.
  public let friendlyStores: [String]
  /// For people.
  public let location: String?
  /// When it was stated.
  public let timestamp: Date

  /// - Throws: ``AssertionError/malformed(subject:reason:)``.
  public init(_ assertion: Assertion) throws(AssertionError) {
    try assertion.require(.store)
    self.assertion = assertion
    store = try assertion.word("store")
    operatorID = try assertion.accountID("operator-id")
    url = try assertion.optionalText("url")
    if let url {
      guard let parts = URLComponents(string: url), parts.scheme == "http" || parts.scheme == "https",
        parts.host?.isEmpty == false, parts.query == nil, parts.fragment == nil
      else { throw assertion.malformed("url", "an http or https URL without query and fragment") }
    }
    friendlyStores = try assertion.texts("friendly-stores")
    location = try assertion.optionalText("location")
    timestamp = try assertion.date("timestamp")
  }
}
