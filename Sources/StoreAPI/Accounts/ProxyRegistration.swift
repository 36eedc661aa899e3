/// The body of the dashboard's `POST /api/v2/store-proxies`. The shape is ours: the real one is not public.
public struct ProxyRegistrationRequest: Codable, Sendable {
  /// The address that devices will use.
  public var url: String
  /// Whether the proxy will be air-gapped.
  public var offline: Bool
  /// PEM, SubjectPublicKeyInfo.
  public var publicKey: String
  /// From `POST /api/v2/store-proxies/nonces`.
  public var nonce: String
  /// Base64 of the RSASSA-PKCS1-v1_5 SHA-512 signature of `register|<nonce>|<url>`.
  public var signature: String
  /// The survey; empty where it was skipped.
  public var answers: [String: String]
  /// The asking program, with its version.
  public var software: String

  /// A request of its parts.
  public init(
    url: String, offline: Bool, publicKey: String, nonce: String, signature: String, answers: [String: String],
    software: String
  ) {
    self.url = url
    self.offline = offline
    self.publicKey = publicKey
    self.nonce = nonce
    self.signature = signature
    self.answers = answers
    self.software = software
  }

  private enum CodingKeys: String, CodingKey {
    case url
    case offline
    case publicKey = "public-key"
    case nonce
    case signature
    case answers
    case software
  }
}

/// The answer to a registration.
public struct ProxyRegistrationResponse: Codable, Sendable {
  /// What devices set as `proxy.store`.
  public var storeID: String
  /// `pending`, `approved` or `disabled`.
  public var status: String
  /// How many devices may connect.
  public var deviceLimit: Int?
  /// As registered.
  public var url: String
  /// The account that registered.
  public var operatorID: String
  /// A stream of assertions: account-keys, account, store.
  public var assertions: String

  /// An answer of its parts.
  public init(
    storeID: String, status: String, deviceLimit: Int?, url: String, operatorID: String, assertions: String
  ) {
    self.storeID = storeID
    self.status = status
    self.deviceLimit = deviceLimit
    self.url = url
    self.operatorID = operatorID
    self.assertions = assertions
  }

  private enum CodingKeys: String, CodingKey {
    case storeID = "store-id"
    case status
    case deviceLimit = "device-limit"
    case url
    case operatorID = "operator-id"
    case assertions
  }
}
