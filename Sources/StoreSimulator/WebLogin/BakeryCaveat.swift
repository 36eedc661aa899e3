import Cryptography

/// What a caveat asks of a third party, sealed so that only that party reads it. Source: auth-and-macaroons, section 2.5;
/// gopkg.in/macaroon-bakery.v3, bakery/codec.go.
struct BakeryCaveat: Sendable {
  private static let version: UInt8 = 3
  private static let keyPrefixCount = 4
  private static let namespace = "std:"

  /// Of the discharge.
  let rootKey: [UInt8]
  /// What the third party is asked.
  let condition: String

  /// For a third party whose public key is known; `nil` where it is no key.
  func sealed(by ours: BoxKeyPair, for thirdParty: [UInt8]) -> [UInt8]? {
    let secret =
      [Self.version] + Self.lengthed(rootKey) + Self.lengthed(Array(Self.namespace.utf8)) + Array(condition.utf8)
    let nonce = RandomBytes.make(BoxKeyPair.nonceCount)
    return ours.seal(secret, for: thirdParty, nonce: nonce).map { box in
      [Self.version] + thirdParty.prefix(Self.keyPrefixCount) + ours.publicKey + nonce + box
    }
  }

  /// As the third party reads it; `nil` for what is not for it.
  init?(opening payload: [UInt8], by ours: BoxKeyPair) {
    var rest = payload[...]
    func take(_ count: Int) -> [UInt8]? {
      guard rest.count >= count else { return nil }
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }
    guard let version = rest.popFirst(), version == 2 || version == Self.version,
      take(Self.keyPrefixCount) == Array(ours.publicKey.prefix(Self.keyPrefixCount)),
      let firstParty = take(BoxKeyPair.keyCount), let nonce = take(BoxKeyPair.nonceCount),
      let secret = ours.open(Array(rest), from: firstParty, nonce: nonce), secret.first == version
    else { return nil }
    rest = secret.dropFirst()
    guard let keyCount = Self.number(&rest), let key = take(keyCount) else { return nil }
    if version == Self.version {
      guard let count = Self.number(&rest), take(count) != nil else { return nil }
    }
    guard let condition = String(validating: rest, as: UTF8.self) else { return nil }
    rootKey = key
    self.condition = condition
  }

  init(rootKey: [UInt8], condition: String) {
    self.rootKey = rootKey
    self.condition = condition
  }

  /// Lengths here are below 128: one byte.
  private static func lengthed(_ bytes: [UInt8]) -> [UInt8] { [UInt8(bytes.count)] + bytes }

  private static func number(_ rest: inout ArraySlice<UInt8>) -> Int? {
    rest.popFirst().flatMap { $0 < 0x80 ? Int($0) : nil }
  }
}
