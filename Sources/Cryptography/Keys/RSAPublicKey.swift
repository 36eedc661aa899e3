import COpenSSL

/// The public half of an RSA key.
public final class RSAPublicKey: Sendable, Hashable {
  /// Big endian, without leading zeros.
  public let modulus: [UInt8]
  /// Big endian, without leading zeros.
  public let exponent: [UInt8]
  private let handle: KeyHandle

  /// Of its numbers, big endian. There is no smallest size.
  /// - Throws: ``CryptographyError/unreadableKey(reason:)`` for a modulus over 16384 bits, an exponent over 64 bits,
  ///   or what is no key.
  public convenience init(modulus: [UInt8], exponent: [UInt8]) throws(CryptographyError) {
    try self.init(try Self.handle(modulus: modulus, exponent: exponent))
  }

  /// - Parameter pem: `PUBLIC KEY` (SPKI) or `RSA PUBLIC KEY` (PKCS#1).
  /// - Throws: ``CryptographyError/unreadableKey(reason:)``.
  public convenience init(pem: String) throws(CryptographyError) {
    try self.init(try KeyHandle.decode(pem: pem, selection: copenssl_public_key))
  }

  private init(_ handle: KeyHandle) throws(CryptographyError) {
    self.handle = handle
    modulus = try handle.number(OSSL_PKEY_PARAM_RSA_N)
    exponent = try handle.number(OSSL_PKEY_PARAM_RSA_E)
    guard modulus.count <= KeyHandle.longestModulus, (1...8).contains(exponent.count) else {
      throw .unreadableKey(reason: "its numbers are too long")
    }
  }

  /// SPKI.
  public var pem: String { handle.pem { PEM_write_bio_PUBKEY($0, $1) } }

  /// Whether the signature is this key's RSASSA-PKCS1-v1_5 with SHA-512 over the parts, one after another.
  public func verifySHA512(_ signature: [UInt8], of message: [UInt8]...) -> Bool {
    verifySHA512(signature, digest: SHA512.digest(of: message))
  }

  /// The same for a message whose SHA-512 digest is known. A signature that lost its leading zeros is accepted.
  public func verifySHA512(_ signature: [UInt8], digest: [UInt8]) -> Bool {
    guard signature.count <= modulus.count else { return false }
    let padded = [UInt8](repeating: 0, count: modulus.count - signature.count) + signature
    let isValid = handle.withContext { context in
      EVP_PKEY_verify_init(context) == 1 && KeyHandle.usePKCS1SHA512(context)
        && EVP_PKEY_verify(context, padded, padded.count, digest, digest.count) == 1
    }
    if isValid != true { ERR_clear_error() }
    return isValid == true
  }

  /// RSA-OAEP with SHA-1 for label and mask, empty label: what Ubuntu SSO expects.
  /// - Throws: ``CryptographyError/cannotEncrypt(reason:)``; a message may be 42 bytes shorter than the modulus.
  public func encryptOAEPSHA1(_ message: [UInt8]) throws(CryptographyError) -> [UInt8] {
    let ciphertext = handle.run(
      message, prepare: { EVP_PKEY_encrypt_init($0) == 1 && KeyHandle.useOAEPSHA1($0) }, EVP_PKEY_encrypt)
    guard let ciphertext else { throw .cannotEncrypt(reason: takeOpenSSLReason()) }
    return ciphertext
  }

  /// By their numbers.
  public static func == (left: RSAPublicKey, right: RSAPublicKey) -> Bool {
    left.modulus == right.modulus && left.exponent == right.exponent
  }

  /// By its numbers.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(modulus)
    hasher.combine(exponent)
  }

  private static func handle(modulus: [UInt8], exponent: [UInt8]) throws(CryptographyError) -> KeyHandle {
    guard modulus.count <= KeyHandle.longestModulus, exponent.count <= 8, modulus.contains(where: { $0 != 0 }),
      exponent.contains(where: { $0 != 0 })
    else { throw .unreadableKey(reason: "its numbers are too long, or zero") }
    let n = BN_bin2bn(modulus, Int32(modulus.count), nil)
    let e = BN_bin2bn(exponent, Int32(exponent.count), nil)
    defer {
      BN_free(n)
      BN_free(e)
    }
    guard let builder = OSSL_PARAM_BLD_new() else { throw .unreadableKey(reason: takeOpenSSLReason()) }
    defer { OSSL_PARAM_BLD_free(builder) }
    guard copenssl_push_public_numbers(builder, n, e) == 1, let parameters = OSSL_PARAM_BLD_to_param(builder) else {
      throw .unreadableKey(reason: takeOpenSSLReason())
    }
    defer { OSSL_PARAM_free(parameters) }
    let context = EVP_PKEY_CTX_new_from_name(nil, "RSA", nil)
    defer { EVP_PKEY_CTX_free(context) }
    var key: OpaquePointer?
    guard EVP_PKEY_fromdata_init(context) == 1,
      EVP_PKEY_fromdata(context, &key, copenssl_public_key, parameters) == 1, let key
    else { throw .unreadableKey(reason: takeOpenSSLReason()) }
    return KeyHandle(takingOwnershipOf: key)
  }
}
