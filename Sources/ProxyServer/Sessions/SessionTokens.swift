import Cryptography
import Foundation
import Macaroons

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

  /// Longer ones do not fit well into a header: neither written nor read.
  private static let longest = 16 << 10

  /// - Parameter secret: What all units share.
  init(secret: [UInt8]) {
    key = HMACSHA256.code(key: secret, message: Array("device-session/1".utf8))
  }

  func make(_ claims: SessionClaims) throws(MacaroonError) -> String {
    var caveats: [String] = []
    if let device = claims.device {
      caveats = ["brand|\(device.brand)", "model|\(device.model)", "serial|\(device.serial)"]
      caveats.append("store|\(device.store ?? "")")
    }
    caveats.append("expires|\(Int(exactly: claims.expires.timeIntervalSince1970.rounded(.down)) ?? 0)")
    let identifier = "\(Self.mark)\(Base64URL.encode(RandomBytes.make(16)))"
    var macaroon = Macaroon(location: "", identifier: Array(identifier.utf8), rootKey: key)
    for caveat in caveats { macaroon.add(condition: caveat) }
    let text = try macaroon.text(.v1)
    guard text.utf8.count <= Self.longest else { throw .tooLarge(what: "a session", limit: Self.longest) }
    return text
  }

  /// `nil` for what we did not write, or not so.
  func read(_ token: String) -> SessionClaims? {
    guard token.utf8.count <= Self.longest, let macaroon = try? Macaroon(text: token),
      macaroon.identifier.starts(with: Self.mark.utf8),
      let caveats = try? macaroon.verifiedConditions(rootKey: key),
      let expires = Self.value("expires", of: caveats.last).flatMap({ Int($0, radix: 10) })
    else { return nil }
    let date = Date(timeIntervalSince1970: TimeInterval(expires))
    switch caveats.count {
    case 1: return SessionClaims(device: nil, expires: date)
    case 5:
      guard let brand = Self.value("brand", of: caveats[0]),
        let model = Self.value("model", of: caveats[1]),
        let serial = Self.value("serial", of: caveats[2]),
        let store = Self.value("store", of: caveats[3])
      else { return nil }
      let device = SessionClaims.Device(
        brand: brand, model: model, serial: serial, store: store.isEmpty ? nil : store)
      return SessionClaims(device: device, expires: date)
    default: return nil
    }
  }

  private static func value(_ name: String, of caveat: String?) -> String? {
    let mark = "\(name)|"
    guard let caveat, caveat.hasPrefix(mark) else { return nil }
    return String(caveat.dropFirst(mark.count))
  }
}
