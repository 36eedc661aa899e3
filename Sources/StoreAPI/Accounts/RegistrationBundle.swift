/// What `registration_bundle.b64` holds, as the base64 of JSON: everything that makes a host the registered proxy.
public struct RegistrationBundle: Codable, Sendable {
  /// The address that devices use; a full URL, or the domain alone in bundles of the original product.
  public var domain: String
  /// PEM; a secret.
  public var privateKey: String
  /// PEM.
  public var publicKey: String
  /// What devices set as `proxy.store`.
  public var storeID: String
  /// A stream of assertions: the store assertion and what is needed to trust it.
  public var storeAssertion: String

  /// A bundle of its parts.
  public init(domain: String, privateKey: String, publicKey: String, storeID: String, storeAssertion: String) {
    self.domain = domain
    self.privateKey = privateKey
    self.publicKey = publicKey
    self.storeID = storeID
    self.storeAssertion = storeAssertion
  }

  private enum CodingKeys: String, CodingKey {
    case domain
    case privateKey = "private_key"
    case publicKey = "public_key"
    case storeID = "store_id"
    case storeAssertion = "store_assertion"
  }
}
