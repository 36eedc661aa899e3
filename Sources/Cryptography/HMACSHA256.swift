import CSodium

/// HMAC with SHA-256 (RFC 2104): 32 bytes.
public enum HMACSHA256 {
  /// The code of a message under a key of any length.
  public static func code(key: [UInt8], message: [UInt8]) -> [UInt8] {
    Sodium.start()
    var state = crypto_auth_hmacsha256_state()
    crypto_auth_hmacsha256_init(&state, key, key.count)
    crypto_auth_hmacsha256_update(&state, message, UInt64(message.count))
    var code = [UInt8](repeating: 0, count: Int(crypto_auth_hmacsha256_BYTES))
    crypto_auth_hmacsha256_final(&state, &code)
    return code
  }
}

/// Compares secrets in a time that depends on their length only.
public func equalInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
  guard left.count == right.count else { return false }
  return left.isEmpty || sodium_memcmp(left, right, left.count) == 0
}
