import COpenSSL

/// An RSA key of OpenSSL and what is done with it.
// EVP_PKEY counts its references, OpenSSL only reads a complete key, and locks what it caches beside. Nothing here
// changes it after init; each operation has a context of its own.
final class KeyHandle: @unchecked Sendable {
  let pointer: OpaquePointer

  /// Longer ones are an attack on our time; OpenSSL verifies none either.
  static let longestModulus = 16384 / 8

  init(takingOwnershipOf pointer: OpaquePointer) { self.pointer = pointer }

  deinit { EVP_PKEY_free(pointer) }

  /// - Parameter selection: `copenssl_key_pair` or `copenssl_public_key`.
  static func decode(pem: String, selection: Int32) throws(CryptographyError) -> KeyHandle {
    let text = Array(pem.utf8)
    guard text.count <= 65536 else { throw .unreadableKey(reason: "it is longer than 64 KiB") }
    guard !pem.contains("ENCRYPTED") else { throw .unreadableKey(reason: "it is encrypted") }
    var key: OpaquePointer?
    // One address for the whole of the decoding: the context keeps it.
    let isDecoded = withUnsafeMutablePointer(to: &key) { slot in
      guard let context = copenssl_rsa_decoder(slot, selection) else {
        return false
      }
      defer { OSSL_DECODER_CTX_free(context) }
      return text.withUnsafeBufferPointer { bytes in
        var next = bytes.baseAddress
        var left = bytes.count
        return OSSL_DECODER_from_data(context, &next, &left) == 1
      }
    }
    guard isDecoded, let key else {
      _ = takeOpenSSLReason()
      throw .unreadableKey(reason: "it is not an RSA key in PEM")
    }
    let handle = KeyHandle(takingOwnershipOf: key)
    guard EVP_PKEY_get_bits(key) <= 8 * longestModulus else {
      throw .unreadableKey(reason: "it is longer than 16384 bits")
    }
    return handle
  }

  /// A part of the key, big endian, without leading zeros.
  func number(_ name: String) throws(CryptographyError) -> [UInt8] {
    var number: OpaquePointer?
    guard EVP_PKEY_get_bn_param(pointer, name, &number) == 1, let number else {
      throw .unreadableKey(reason: takeOpenSSLReason())
    }
    defer { BN_clear_free(number) }
    return [UInt8](unsafeUninitializedCapacity: (Int(BN_num_bits(number)) + 7) / 8) { buffer, count in
      count = Int(BN_bn2bin(number, buffer.baseAddress))
    }
  }

  /// Writes PEM with one of OpenSSL's functions.
  func pem(_ write: (_ output: OpaquePointer, _ key: OpaquePointer) -> Int32) -> String {
    guard let output = BIO_new(BIO_s_mem()) else { preconditionFailure("out of memory") }
    defer { BIO_free_all(output) }
    let result = write(output, pointer)
    precondition(result == 1, "a complete key can be written to memory")
    var text: UnsafeMutableRawPointer?
    let count = BIO_ctrl(output, BIO_CTRL_INFO, 0, &text)
    return String(decoding: UnsafeRawBufferPointer(start: text, count: count), as: UTF8.self)
  }

  /// What an operation on bytes looks like: asked without output it tells the length.
  typealias Operation = (
    OpaquePointer?, UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<Int>?, UnsafePointer<UInt8>?, Int
  ) -> Int32

  /// The result, or `nil`; then the reason waits in OpenSSL's queue.
  func run(_ input: [UInt8], prepare: (OpaquePointer) -> Bool, _ operation: Operation) -> [UInt8]? {
    withContext { context -> [UInt8]? in
      var length = 0
      guard prepare(context), operation(context, nil, &length, input, input.count) == 1 else { return nil }
      var output = [UInt8](repeating: 0, count: length)
      guard operation(context, &output, &length, input, input.count) == 1 else { return nil }
      output.removeLast(output.count - length)
      return output
    } ?? nil
  }

  func withContext<Result>(_ body: (OpaquePointer) -> Result) -> Result? {
    guard let context = EVP_PKEY_CTX_new_from_pkey(nil, pointer, nil) else { return nil }
    defer { EVP_PKEY_CTX_free(context) }
    return body(context)
  }

  static func usePKCS1SHA512(_ context: OpaquePointer) -> Bool {
    EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1
      && EVP_PKEY_CTX_set_signature_md(context, DigestAlgorithm.sha512.pointer) == 1
  }

  static func useOAEPSHA1(_ context: OpaquePointer) -> Bool {
    EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1
      && EVP_PKEY_CTX_set_rsa_oaep_md(context, DigestAlgorithm.sha1.pointer) == 1
      && EVP_PKEY_CTX_set_rsa_mgf1_md(context, DigestAlgorithm.sha1.pointer) == 1
  }
}
