/// The answer to `POST /api/v1/snaps/auth/nonces`.
public struct NonceResponse: Codable, Sendable {
  /// Single use, not empty.
  public var nonce: String

  /// An answer.
  public init(nonce: String) { self.nonce = nonce }
}

/// The body of `POST /api/v1/snaps/auth/sessions`: three encoded assertions.
public struct DeviceSessionRequest: Codable, Sendable {
  /// Signed with the device's key.
  public var deviceSessionRequest: String
  /// Signed by the brand, or by whom the model lets sign.
  public var serialAssertion: String
  /// Signed by the brand.
  public var modelAssertion: String

  /// A request of its parts.
  public init(deviceSessionRequest: String, serialAssertion: String, modelAssertion: String) {
    self.deviceSessionRequest = deviceSessionRequest
    self.serialAssertion = serialAssertion
    self.modelAssertion = modelAssertion
  }

  private enum CodingKeys: String, CodingKey {
    case deviceSessionRequest = "device-session-request"
    case serialAssertion = "serial-assertion"
    case modelAssertion = "model-assertion"
  }
}

/// An answer that is one macaroon: of a device session, of the dashboard's ACL call, of a token exchange.
public struct MacaroonResponse: Codable, Sendable {
  /// Opaque to whoever asked.
  public var macaroon: String

  /// An answer.
  public init(macaroon: String) { self.macaroon = macaroon }
}
