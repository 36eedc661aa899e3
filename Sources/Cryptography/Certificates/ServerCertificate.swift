import COpenSSL

/// What a server proves with who it is: a certificate with its key and the certificates between it and an authority.
public struct ServerCertificate: Sendable {
  /// The server's own.
  public let leaf: Certificate
  /// The server's own first, each signed by the next.
  public let chain: [Certificate]
  /// PEM; a secret.
  public let key: String

  /// The chain as PEM.
  public var pem: String { chain.map(\.pem).joined() }

  /// Puts blocks of PEM in order, whatever order they came in. Beside a chain that is complete, up to an authority that
  /// signs itself, others are left out; beside one that is not, they show that something is wrong.
  /// - Throws: ``CertificateError``.
  public init(parsing text: String) throws(CertificateError) {
    let blocks = try PEMBlock.all(in: text).filter { $0.label.hasSuffix("PRIVATE KEY") }
    var seen: Set<String> = []
    let keys = blocks.filter { seen.insert($0.text).inserted }
    guard keys.count == 1 else { throw .keys(count: keys.count) }
    try self.init(certificates: Certificate.all(in: text), key: keys[0].text)
  }

  /// The same of parts that are stored apart.
  public init(chain: String, key: String) throws(CertificateError) { try self.init(parsing: chain + "\n" + key) }

  private init(certificates: [Certificate], key: String) throws(CertificateError) {
    let handle = try PrivateKeyHandle(pem: key)
    guard let leaf = certificates.first(where: { handle.belongs(to: $0) }) else { throw .keyDoesNotMatch }
    var chain = [leaf]
    var rest = certificates.filter { $0 !== leaf }
    while let last = chain.last, !last.isSelfSigned,
      let index = rest.firstIndex(where: { last.isIssued(by: $0) })
    {
      chain.append(rest.remove(at: index))
    }
    if let last = chain.last, !rest.isEmpty, !last.isSelfSigned {
      throw .brokenChain(subject: last.subject, others: rest.map(\.subject))
    }
    self.leaf = leaf
    self.chain = chain
    self.key = key
  }

  /// Whether it is for a host name, or an address with or without brackets.
  public func covers(_ host: String) -> Bool { leaf.covers(host) }

  /// One that the server signs itself, with an elliptic key, for a host name or an address.
  /// - Parameter days: 825 are the most that clients take.
  public static func selfSigned(for host: String, days: Int = 825) throws(CertificateError) -> ServerCertificate {
    let host = host.filter { $0 != "[" && $0 != "]" }
    let isAddress = copenssl_is_address(host) == 1
    var key: OpaquePointer?
    let made = copenssl_self_signed(host, (isAddress ? "IP:" : "DNS:") + host, Int32(days), &key)
    guard let made, let key else { throw .cannotMake(reason: takeOpenSSLReason()) }
    let certificate = Certificate(takingOwnershipOf: made)
    defer { EVP_PKEY_free(key) }
    let pem = OpenSSLText.of { PEM_write_bio_PrivateKey($0, key, nil, nil, 0, nil, nil) }
    return try ServerCertificate(certificates: [certificate], key: pem)
  }
}

/// A private key of any kind.
private struct PrivateKeyHandle: ~Copyable {
  private let pointer: OpaquePointer

  init(pem: String) throws(CertificateError) {
    guard !pem.contains("ENCRYPTED") else { throw .unreadableKey }
    let bytes = Array(pem.utf8)
    // As for certificates: the bytes have to last as long as the BIO.
    let key = bytes.withUnsafeBytes { bytes -> OpaquePointer? in
      guard let input = BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else { return nil }
      defer { BIO_free_all(input) }
      return PEM_read_bio_PrivateKey(input, nil, nil, nil)
    }
    guard let key else {
      _ = takeOpenSSLReason()
      throw .unreadableKey
    }
    pointer = key
  }

  deinit { EVP_PKEY_free(pointer) }

  func belongs(to certificate: Certificate) -> Bool {
    let matches = X509_check_private_key(certificate.pointer, pointer) == 1
    if !matches { ERR_clear_error() }
    return matches
  }
}
