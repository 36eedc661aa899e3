public import Foundation
public import StoreModel

/// One device, and the key that it signs its requests with.
public struct SerialAssertion: Sendable, Hashable {
  /// What it was read from.
  public let assertion: Assertion
  /// The brand.
  public let brandID: AccountID
  /// The model's name.
  public let model: String
  /// Which of the model's devices.
  public let serial: String
  /// Its key.
  public let deviceKey: AssertionPublicKey
  /// When it was stated.
  public let timestamp: Date

  /// - Throws: ``AssertionError/malformed(subject:reason:)``, also where the key's id is not that of the key.
  public init(_ assertion: Assertion) throws(AssertionError) {
    try assertion.require(.serial)
    self.assertion = assertion
    brandID = try assertion.accountID("brand-id")
    model = try assertion.word("model")
    serial = try assertion.word("serial")
    deviceKey = try assertion.publicKey(try assertion.text("device-key").utf8, in: "device-key")
    guard try assertion.digest("device-key-sha3-384") == deviceKey.id else {
      throw .malformed(subject: assertion.description, reason: "its device-key-sha3-384 is not the id of its key")
    }
    timestamp = try assertion.date("timestamp")
  }
}
