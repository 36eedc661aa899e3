import CSodium

/// A key that a passphrase and a salt make: Argon2id, so slow that guessing passphrases is expensive.
public struct PassphraseKey: Sendable {
  /// Length of a salt in bytes.
  public static let saltCount = 16

  let bytes: [UInt8]

  /// Takes about a second and 256 MiB; `nil` where there is not so much memory.
  /// - Precondition: The salt has 16 bytes.
  public init?(_ passphrase: String, salt: [UInt8]) {
    precondition(salt.count == Self.saltCount, "a salt has 16 bytes")
    Sodium.start()
    var key = [UInt8](repeating: 0, count: Int(crypto_secretstream_xchacha20poly1305_KEYBYTES))
    let text = Array(passphrase.utf8).map { CChar(bitPattern: $0) }
    let result = crypto_pwhash(
      &key, UInt64(key.count), text, UInt64(text.count), salt, UInt64(crypto_pwhash_OPSLIMIT_MODERATE),
      Int(crypto_pwhash_MEMLIMIT_MODERATE), crypto_pwhash_ALG_ARGON2ID13)
    guard result == 0 else { return nil }
    bytes = key
  }
}
