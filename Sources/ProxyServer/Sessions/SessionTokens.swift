import Cryptography
import Foundation

/// Writes sessions as macaroons that nobody else can make, and reads them again. A device stores the text and looks no
/// deeper.
///
/// Whoever holds a macaroon may add caveats to it. Here caveats say who the holder is, so an added `store|...` would be a
/// claim rather than a restriction: only exactly the caveats that we write, in our order, are read.
/// Source: reference of authentication, device sessions.
struct SessionTokens: Sendable {
  private let key: [UInt8]

  /// Marks our tokens; what lacks it is another store's.
  private static let mark = "dev1:"

  /// - Parameter secret: What all units share.
  init(secret: [UInt8]) {
    key = HMACSHA256.code(key: secret, message: Array("device-session/1".utf8))
  }

  func make(_ claims: SessionClaims) throws(SessionTokenError) -> String {
    var caveats: [String] = []
    if let device = claims.device {
      caveats = ["brand|\(device.brand)", "model|\(device.model)", "serial|\(device.serial)"]
      caveats.append("store|\(device.store ?? "")")
    }
    caveats.append("expires|\(Int(claims.expires.timeIntervalSince1970))")
    let identifier = Self.mark + Base64URL.encode(RandomBytes.make(16))
    return try SessionMacaroon(identifier: identifier, caveats: caveats, rootKey: key).encoded()
  }

  /// `nil` for what we did not write, or not so.
  func read(_ token: String) -> SessionClaims? {
    guard let macaroon = SessionMacaroon(decoding: token), macaroon.identifier.hasPrefix(Self.mark),
      macaroon.isSigned(with: key), let expires = Self.value("expires", of: macaroon.caveats.last).flatMap({ Int($0) })
    else { return nil }
    let date = Date(timeIntervalSince1970: TimeInterval(expires))
    switch macaroon.caveats.count {
    case 1: return SessionClaims(device: nil, expires: date)
    case 5:
      guard let brand = Self.value("brand", of: macaroon.caveats[0]),
        let model = Self.value("model", of: macaroon.caveats[1]),
        let serial = Self.value("serial", of: macaroon.caveats[2]),
        let store = Self.value("store", of: macaroon.caveats[3])
      else { return nil }
      let device = SessionClaims.Device(
        brand: brand, model: model, serial: serial, store: store.isEmpty ? nil : store)
      return SessionClaims(device: device, expires: date)
    default: return nil
    }
  }

  private static func value(_ name: String, of caveat: String?) -> String? {
    guard let caveat, caveat.hasPrefix("\(name)|") else { return nil }
    return String(caveat.dropFirst(name.count + 1))
  }
}
