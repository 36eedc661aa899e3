import Cryptography

/// The chain of codes that holds a macaroon together. Source: libmacaroons.
enum MacaroonSignature {
  static let count = 32

  static func derivedKey(of key: [UInt8]) -> [UInt8] {
    HMACSHA256.code(key: Array("macaroons-key-generator".utf8), message: key)
  }

  static func first(derivedKey: [UInt8], identifier: [UInt8]) -> [UInt8] {
    HMACSHA256.code(key: derivedKey, message: identifier)
  }

  static func next(after signature: [UInt8], _ caveat: Macaroon.Caveat) -> [UInt8] {
    guard let sealed = caveat.verificationID else { return HMACSHA256.code(key: signature, message: caveat.id) }
    return pair(key: signature, sealed, caveat.id)
  }

  static func bound(_ discharge: [UInt8], to root: [UInt8]) -> [UInt8] {
    pair(key: [UInt8](repeating: 0, count: count), root, discharge)
  }

  private static func pair(key: [UInt8], _ first: [UInt8], _ second: [UInt8]) -> [UInt8] {
    HMACSHA256.code(
      key: key, message: [first, second].flatMap { HMACSHA256.code(key: key, message: $0) })
  }
}
