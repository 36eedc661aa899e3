public import Foundation
public import StoreModel

/// A model of device, as far as a store needs it.
public struct ModelAssertion: Sendable, Hashable {
  /// What it was read from.
  public let assertion: Assertion
  /// Whose it is; signs it, too.
  public let brandID: AccountID
  /// Its name.
  public let model: String
  /// For people.
  public let displayName: String?
  /// The store that its devices ask for; `nil` for the ordinary one.
  public let store: String?
  /// Absent for some classic systems.
  public let architecture: Architecture?
  /// Whether the system is not made of snaps.
  public let isClassic: Bool
  /// Who else may sign serials of its devices.
  public let serialAuthorities: [String]
  /// When it was stated.
  public let timestamp: Date

  /// - Throws: ``AssertionError/malformed(subject:reason:)``.
  public init(_ assertion: Assertion) throws(AssertionError) {
    try assertion.require(.model)
    self.assertion = assertion
    brandID = try assertion.accountID("brand-id")
    model = try assertion.word("model")
    displayName = try assertion.optionalText("display-name")
    store = try assertion.optionalText("store")
    let name = try assertion.optionalText("architecture")
    do throws(StoreModelError) { architecture = try name.map(Architecture.init(parsing:)) } catch {
      throw assertion.malformed("architecture", "the name of an architecture")
    }
    isClassic = try assertion.flag("classic")
    serialAuthorities = try assertion.texts("serial-authority")
    timestamp = try assertion.date("timestamp")
  }
}
