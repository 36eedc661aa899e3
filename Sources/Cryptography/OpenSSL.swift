import COpenSSL

/// A digest that OpenSSL computes.
// EVP_MD is constant once fetched, and these are never freed.
struct DigestAlgorithm: @unchecked Sendable {
  let pointer: OpaquePointer

  static let sha1 = DigestAlgorithm("SHA1")
  static let sha256 = DigestAlgorithm("SHA256")
  static let sha512 = DigestAlgorithm("SHA512")
  static let sha3 = DigestAlgorithm("SHA3-384")

  private init(_ name: String) {
    guard let pointer = EVP_MD_fetch(nil, name, nil) else {
      preconditionFailure("this OpenSSL has no \(name): its default provider is switched off")
    }
    self.pointer = pointer
  }
}

/// One running digest.
// The context has one owner, and that is not copied: whoever holds it is the only one who touches it.
struct DigestContext: ~Copyable, @unchecked Sendable {
  private let pointer: OpaquePointer

  init(_ algorithm: DigestAlgorithm) {
    guard let pointer = EVP_MD_CTX_new(), EVP_DigestInit_ex2(pointer, algorithm.pointer, nil) == 1 else {
      preconditionFailure("out of memory")
    }
    self.pointer = pointer
  }

  deinit { EVP_MD_CTX_free(pointer) }

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count > 0 else { return }
    let result = EVP_DigestUpdate(pointer, bytes.baseAddress, bytes.count)
    precondition(result == 1, "a digest in progress takes any bytes")
  }

  consuming func finish() -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { buffer, count in
      var length: UInt32 = 0
      let result = EVP_DigestFinal_ex(pointer, buffer.baseAddress, &length)
      precondition(result == 1, "a digest in progress can be finished")
      count = Int(length)
    }
  }
}

/// The reason of the last failure on this thread. Empties OpenSSL's queue, which libcurl and libpq look at too.
func takeOpenSSLReason() -> String {
  let code = ERR_peek_last_error()
  ERR_clear_error()
  guard code != 0, let reason = ERR_reason_error_string(code) else { return "unknown reason" }
  return String(cString: reason)
}
