import COpenSSL

/// An RSA key pair. Prints nothing of itself.
public final class RSAPrivateKey: Sendable {
  /// The half that may be shown.
  public let publicKey: RSAPublicKey
  private let handle: KeyHandle

  private init(_ handle: KeyHandle) throws(CryptographyError) {
    self.handle = handle
    publicKey = try RSAPublicKey(
      modulus: handle.number(OSSL_PKEY_PARAM_RSA_N), exponent: handle.number(OSSL_PKEY_PARAM_RSA_E))
  }

  /// Makes a key with exponent 65537. Takes seconds for 4096 bits.
  /// - Parameter bits: 1024 to 16384.
  /// - Throws: ``CryptographyError/cannotGenerateKey(bits:reason:)``.
  public static func generate(bits: Int) throws(CryptographyError) -> RSAPrivateKey {
    guard (1024...16384).contains(bits) else {
      throw .cannotGenerateKey(bits: bits, reason: "a key has 1024 to 16384 bits")
    }
    guard let context = EVP_PKEY_CTX_new_from_name(nil, "RSA", nil) else {
      throw .cannotGenerateKey(bits: bits, reason: takeOpenSSLReason())
    }
    defer { EVP_PKEY_CTX_free(context) }
    var key: OpaquePointer?
    guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_CTX_set_rsa_keygen_bits(context, Int32(bits)) == 1,
      EVP_PKEY_generate(context, &key) == 1, let key
    else { throw .cannotGenerateKey(bits: bits, reason: takeOpenSSLReason()) }
    return try RSAPrivateKey(KeyHandle(takingOwnershipOf: key))
  }

  /// - Parameter pem: `PRIVATE KEY` (PKCS#8) or `RSA PRIVATE KEY` (PKCS#1), not encrypted.
  /// - Throws: ``CryptographyError/unreadableKey(reason:)``.
  public convenience init(pem: String) throws(CryptographyError) {
    try self.init(try KeyHandle.decode(pem: pem, selection: copenssl_key_pair))
  }

  /// PKCS#8, not encrypted: a secret.
  public var pem: String { handle.pem { PEM_write_bio_PKCS8PrivateKey($0, $1, nil, nil, 0, nil, nil) } }

  /// RSASSA-PKCS1-v1_5 with SHA-512 over the parts, one after another. The same message gives the same signature.
  /// - Throws: ``CryptographyError/cannotSign(reason:)``; a key under 752 bits is too short for the digest.
  public func signSHA512(_ message: [UInt8]...) throws(CryptographyError) -> [UInt8] {
    try signSHA512(digest: SHA512.digest(of: message))
  }

  /// The same for a message whose SHA-512 digest is known.
  public func signSHA512(digest: [UInt8]) throws(CryptographyError) -> [UInt8] {
    let signature = handle.run(
      digest, prepare: { EVP_PKEY_sign_init($0) == 1 && KeyHandle.usePKCS1SHA512($0) }, EVP_PKEY_sign)
    guard let signature else { throw .cannotSign(reason: takeOpenSSLReason()) }
    return signature
  }

  /// Opens what ``RSAPublicKey/encryptOAEPSHA1(_:)`` closed.
  /// - Throws: ``CryptographyError/cannotDecrypt``, without saying why: the reason would help an attacker.
  public func decryptOAEPSHA1(_ ciphertext: [UInt8]) throws(CryptographyError) -> [UInt8] {
    let message = handle.run(
      ciphertext, prepare: { EVP_PKEY_decrypt_init($0) == 1 && KeyHandle.useOAEPSHA1($0) }, EVP_PKEY_decrypt)
    guard let message else {
      _ = takeOpenSSLReason()
      throw .cannotDecrypt
    }
    return message
  }
}
