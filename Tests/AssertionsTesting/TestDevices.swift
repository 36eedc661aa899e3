public import Assertions
import Cryptography

/// A brand, its model and one device.
extension TestRoot {
  /// The private half of the device's key, for a client that is not ours.
  public var deviceKeyPEM: String { FixedKeys.device }

  /// The foundation, the brand's account and its key: what models and serials stand on.
  public func brandFoundation() throws -> [Assertion] {
    try foundation() + [
      try account(Self.brandID, displayName: "Acme Brand"), try accountKey(brandKey, of: Self.brandID, name: "brand"),
    ]
  }

  /// A model of the brand.
  public func model(
    _ name: String = "router", store: String? = nil, extra: [String: HeaderValue] = [:]
  ) throws -> Assertion {
    var headers: [String: HeaderValue] = [
      "series": "16", "brand-id": .text(Self.brandID), "model": .text(name), "architecture": "amd64",
      "gadget": "pc", "kernel": "pc-kernel", "timestamp": Self.timestamp,
    ]
    headers["store"] = store.map(HeaderValue.text)
    return try sign(.model, headers, extra: extra, by: brandKey, of: Self.brandID)
  }

  /// One device of the model, with the device key or another.
  public func serial(
    _ serial: String = "1234", model: String = "router", deviceKey: SigningKey? = nil,
    extra: [String: HeaderValue] = [:]
  ) throws -> Assertion {
    let key = deviceKey ?? self.deviceKey
    return try sign(
      .serial,
      [
        "brand-id": .text(Self.brandID), "model": .text(model), "serial": .text(serial),
        "device-key": .text(key.publicKeyEncoding), "device-key-sha3-384": .text(key.id.base64URL),
        "timestamp": Self.timestamp,
      ], extra: extra, by: brandKey, of: Self.brandID)
  }

  /// The device's request for a session.
  public func deviceSessionRequest(
    nonce: String, serial: String = "1234", model: String = "router", deviceKey: SigningKey? = nil,
    extra: [String: HeaderValue] = [:]
  ) throws -> Assertion {
    try sign(
      .deviceSessionRequest,
      [
        "brand-id": .text(Self.brandID), "model": .text(model), "serial": .text(serial), "nonce": .text(nonce),
        "timestamp": Self.timestamp,
      ], extra: extra, by: deviceKey ?? self.deviceKey, of: nil)
  }
}
