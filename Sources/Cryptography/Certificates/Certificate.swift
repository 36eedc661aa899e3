import COpenSSL
public import Foundation

// X509 counts its references, and OpenSSL only reads a complete certificate. Nothing here changes it after init.
/// An X.509 certificate (RFC 5280).
public final class Certificate: @unchecked Sendable {
  let pointer: OpaquePointer
  /// Its text form, with a newline at the end.
  public let pem: String
  /// For people: `CN = snaps.internal`.
  public let subject: String
  /// For people: the authority that signed it.
  public let issuer: String
  /// Host names and addresses in its `subjectAltName`: those that it is for. Clients do not look at the subject.
  public let names: [String]
  /// The common name in the subject; for messages.
  public let commonName: String?
  /// From when it counts.
  public let notBefore: Date
  /// Until when it counts.
  public let notAfter: Date

  /// Every certificate in a text, each once, in its order; other blocks are passed over.
  /// - Throws: ``CertificateError``: there is none, or one that cannot be read.
  public static func all(in text: String) throws(CertificateError) -> [Certificate] {
    let found = try PEMBlock.all(in: text).filter { ["CERTIFICATE", "TRUSTED CERTIFICATE"].contains($0.label) }
    guard !found.isEmpty else { throw .none }
    guard found.count <= 200 else { throw .unreadable(reason: "there are more than 200") }
    var certificates: [Certificate] = []
    var seen: Set<String> = []
    for block in found {
      let certificate = try Certificate(block)
      if seen.insert(certificate.pem).inserted { certificates.append(certificate) }
    }
    return certificates
  }

  private convenience init(_ block: PEMBlock) throws(CertificateError) {
    let bytes = Array(block.text.utf8)
    // The BIO reads the bytes where they lie: they have to last as long.
    let certificate = bytes.withUnsafeBytes { bytes -> OpaquePointer? in
      guard let input = BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else { return nil }
      defer { BIO_free_all(input) }
      return PEM_read_bio_X509(input, nil, nil, nil)
    }
    guard let certificate else {
      _ = takeOpenSSLReason()
      throw .unreadable(reason: "a block is no certificate")
    }
    self.init(takingOwnershipOf: certificate)
  }

  init(takingOwnershipOf certificate: OpaquePointer) {
    pointer = certificate
    pem = OpenSSLText.of { PEM_write_bio_X509($0, certificate) }
    subject = OpenSSLText.of { X509_NAME_print_ex($0, X509_get_subject_name(certificate), 0, copenssl_name_flags) }
    issuer = OpenSSLText.of { X509_NAME_print_ex($0, X509_get_issuer_name(certificate), 0, copenssl_name_flags) }
    names = Self.names(of: certificate)
    commonName = Self.commonName(of: certificate)
    notBefore = Self.date(X509_get0_notBefore(certificate))
    notAfter = Self.date(X509_get0_notAfter(certificate))
  }

  deinit { X509_free(pointer) }

  /// Whether it is for a host name, or an address with or without brackets.
  public func covers(_ host: String) -> Bool {
    let host = host.filter { $0 != "[" && $0 != "]" }
    return X509_check_ip_asc(pointer, host, 0) == 1
      || X509_check_host(pointer, host, host.utf8.count, UInt32(copenssl_host_flags), nil) == 1
  }

  /// Whether it may sign others. Source: RFC 5280, section 4.2.1.9.
  public var isAuthority: Bool { X509_check_ca(pointer) > 0 }

  /// Whether its own key signed it.
  public var isSelfSigned: Bool {
    guard X509_get_extension_flags(pointer) & copenssl_self_signed_flag != 0, let key = X509_get0_pubkey(pointer) else {
      return false
    }
    let isSigned = X509_verify(pointer, key) == 1
    if !isSigned { ERR_clear_error() }
    return isSigned
  }

  /// Whether the other one signed this one, and may.
  func isIssued(by issuer: Certificate) -> Bool {
    guard X509_check_issued(issuer.pointer, pointer) == X509_V_OK, let key = X509_get0_pubkey(issuer.pointer) else {
      return false
    }
    let isSigned = X509_verify(pointer, key) == 1
    if !isSigned { ERR_clear_error() }
    return isSigned
  }

  private static func names(of certificate: OpaquePointer) -> [String] {
    var names: [String] = []
    for kind in [copenssl_name_dns, copenssl_name_ip] {
      let count = copenssl_alternative_names(certificate, kind, -1, nil, 0)
      for index in 0..<max(count, 0) {
        var text = [CChar](repeating: 0, count: 512)
        guard copenssl_alternative_names(certificate, kind, index, &text, Int32(text.count)) > 0 else { continue }
        names.append(String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
      }
    }
    return names
  }

  private static func commonName(of certificate: OpaquePointer) -> String? {
    var text = [CChar](repeating: 0, count: 512)
    let count = X509_NAME_get_text_by_NID(
      X509_get_subject_name(certificate), NID_commonName, &text, Int32(text.count))
    return count > 0 ? String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
  }

  private static func date(_ time: UnsafePointer<ASN1_TIME>?) -> Date {
    var parts = tm()
    guard let time, ASN1_TIME_to_tm(time, &parts) == 1 else { return .distantPast }
    return Date(timeIntervalSince1970: TimeInterval(timegm(&parts)))
  }
}
