import CSodium

/// NaCl's box (Curve25519, XSalsa20-Poly1305): seals a message for somebody whose public key is known.
public struct BoxKeyPair: Sendable {
  /// Length of a key in bytes.
  public static let keyCount = 32
  /// Length of a nonce in bytes.
  public static let nonceCount = 24

  /// To be given away.
  public let publicKey: [UInt8]
  private let secretKey: [UInt8]

  /// The pair of a secret key: 32 bytes that nobody can guess.
  public init(secretKey: [UInt8] = RandomBytes.make(keyCount)) {
    precondition(secretKey.count == Self.keyCount, "a secret key has 32 bytes")
    Sodium.start()
    var key = [UInt8](repeating: 0, count: Self.keyCount)
    let result = crypto_scalarmult_base(&key, secretKey)
    precondition(result == 0, "every secret key has a public one")
    publicKey = key
    self.secretKey = secretKey
  }

  /// The tag (16 bytes) and the ciphertext, without the nonce; `nil` where the other key is none.
  /// - Precondition: The nonce has 24 bytes; it must not be used twice between the same two.
  public func seal(_ message: [UInt8], for other: [UInt8], nonce: [UInt8]) -> [UInt8]? {
    precondition(nonce.count == Self.nonceCount, "a nonce has 24 bytes")
    guard other.count == Self.keyCount else { return nil }
    var box = [UInt8](repeating: 0, count: message.count + Int(crypto_box_MACBYTES))
    guard crypto_box_easy(&box, message, UInt64(message.count), nonce, other, secretKey) == 0 else { return nil }
    return box
  }

  /// The message, or `nil` where the box is not from the other for us, or was changed.
  public func open(_ box: [UInt8], from other: [UInt8], nonce: [UInt8]) -> [UInt8]? {
    let tag = Int(crypto_box_MACBYTES)
    guard other.count == Self.keyCount, nonce.count == Self.nonceCount, box.count >= tag else { return nil }
    var message = [UInt8](repeating: 0, count: box.count - tag)
    guard crypto_box_open_easy(&message, box, UInt64(box.count), nonce, other, secretKey) == 0 else { return nil }
    return message
  }
}
