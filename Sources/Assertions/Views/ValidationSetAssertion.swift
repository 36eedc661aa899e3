public import Foundation
public import StoreModel

/// Which snaps at which revisions belong together.
public struct ValidationSetAssertion: Sendable, Hashable {
  /// What a set says of one snap.
  public struct Snap: Sendable, Hashable {
    /// Its name.
    public let name: SnapName
    /// Its id.
    public let id: SnapID
    /// Whether it must be there.
    public let presence: Presence
    /// Which revision; `nil` for any.
    public let revision: Revision?
  }

  /// Whether a snap must, may or must not be there.
  public enum Presence: String, Sendable, Hashable {
    /// Must.
    case required
    /// May.
    case optional
    /// Must not.
    case invalid
  }

  /// What it was read from.
  public let assertion: Assertion
  /// Whose it is; signs it, too.
  public let accountID: AccountID
  /// Its name.
  public let name: String
  /// From 1.
  public let sequence: Int
  /// No name and no id twice.
  public let snaps: [Snap]
  /// When it was stated.
  public let timestamp: Date

  /// - Throws: ``AssertionError/malformed(subject:reason:)``.
  public init(_ assertion: Assertion) throws(AssertionError) {
    try assertion.require(.validationSet)
    self.assertion = assertion
    accountID = try assertion.accountID("account-id")
    name = try assertion.word("name")
    sequence = try assertion.number("sequence")
    var snaps: [Snap] = []
    for map in try assertion.maps("snaps") { snaps.append(try Snap(map, of: assertion)) }
    guard !snaps.isEmpty else { throw .malformed(subject: assertion.description, reason: "it has no snaps") }
    guard Set(snaps.map(\.name)).count == snaps.count, Set(snaps.map(\.id)).count == snaps.count else {
      throw .malformed(subject: assertion.description, reason: "a snap stands in it twice")
    }
    self.snaps = snaps
    timestamp = try assertion.date("timestamp")
  }
}

extension ValidationSetAssertion.Snap {
  init(_ map: [String: HeaderValue], of assertion: Assertion) throws(AssertionError) {
    guard let presence = ValidationSetAssertion.Presence(rawValue: map["presence"]?.text ?? "required") else {
      throw assertion.malformed("snaps", "a list of snaps that are required, optional or invalid")
    }
    self.presence = presence
    do throws(StoreModelError) {
      name = try SnapName(parsing: map["name"]?.text ?? "")
      id = try SnapID(parsing: map["id"]?.text ?? "")
      revision = try map["revision"].map { value throws(StoreModelError) in
        try Revision(parsing: value.text ?? "")
      }
    } catch { throw assertion.malformed("snaps", "a list of snaps with names and ids: \(error.message)") }
    if presence == .invalid, revision != nil {
      throw assertion.malformed("snaps", "a list in which invalid snaps have no revision")
    }
  }
}
