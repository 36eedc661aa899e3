import CSodium

/// NaCl's secretbox (XSalsa20-Poly1305): seals a message under a key that both sides know.
public enum SecretBox {
  /// Length of a key in bytes.
  public static let keyCount = 32
  /// Length of a nonce in bytes.
  public static let nonceCount = 24

  /// The tag (16 bytes) and the ciphertext, without the nonce.
  /// - Precondition: The key has 32 bytes, the nonce 24; a nonce must not be used twice with the same key.
  public static func seal(_ message: [UInt8], key: [UInt8], nonce: [UInt8]) -> [UInt8] {
    precondition(key.count == keyCount && nonce.count == nonceCount, "a key has 32 bytes, a nonce 24")
    Sodium.start()
    var box = [UInt8](repeating: 0, count: message.count + Int(crypto_secretbox_MACBYTES))
    let result = crypto_secretbox_easy(&box, message, UInt64(message.count), nonce, key)
    precondition(result == 0, "sealing fails only where the message is longer than memory")
    return box
  }

  /// The message, or `nil` where the box was sealed with another key or nonce, or was changed.
  public static func open(_ box: [UInt8], key: [UInt8], nonce: [UInt8]) -> [UInt8]? {
    let tag = Int(crypto_secretbox_MACBYTES)
    guard key.count == keyCount, nonce.count == nonceCount, box.count >= tag else { return nil }
    Sodium.start()
    var message = [UInt8](repeating: 0, count: box.count - tag)
    guard crypto_secretbox_open_easy(&message, box, UInt64(box.count), nonce, key) == 0 else { return nil }
    return message
  }
}
