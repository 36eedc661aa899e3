extension CredentialFile {
  /// What is known of one store.
  public struct Login: Sendable, Hashable {
    /// For requests.
    public var credentials: ProxyCredentials
    /// Who it is.
    public var email: String?
    /// A PEM file with what this store's certificate is verified against.
    public var caFile: String?

    /// A login of its parts.
    public init(_ credentials: ProxyCredentials, email: String?, caFile: String?) {
      self.credentials = credentials
      self.email = email
      self.caFile = caFile
    }
  }
}

extension CredentialFile.Login: Codable {
  private enum CodingKeys: String, CodingKey {
    case type, root, discharge, token, email
    case caFile = "ca-file"
  }

  private enum Kind: String, Codable {
    case sso, gateway
  }

  /// Reads what ``encode(to:)`` writes.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    switch try container.decode(Kind.self, forKey: .type) {
    case .sso:
      credentials = .signOn(
        root: try container.decode(String.self, forKey: .root),
        discharge: try container.decode(String.self, forKey: .discharge))
    case .gateway: credentials = .gateway(try container.decode(String.self, forKey: .token))
    }
    email = try container.decodeIfPresent(String.self, forKey: .email)
    caFile = try container.decodeIfPresent(String.self, forKey: .caFile)
  }

  /// `sso` with root and discharge, `gateway` with one token. Source: auth-and-macaroons, section 12.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch credentials {
    case .signOn(let root, let discharge):
      try container.encode(Kind.sso, forKey: .type)
      try container.encode(root, forKey: .root)
      try container.encode(discharge, forKey: .discharge)
    case .gateway(let token):
      try container.encode(Kind.gateway, forKey: .type)
      try container.encode(token, forKey: .token)
    }
    try container.encodeIfPresent(email, forKey: .email)
    try container.encodeIfPresent(caFile, forKey: .caFile)
  }
}
