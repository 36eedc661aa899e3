import COpenSSL
public import Foundation

/// Judges a server's certificate as a device will: by OpenSSL's verifier, for a TLS server, with host names from
/// `subjectAltName` alone (snapd's Go has not looked at the subject since version 1.15). Source: RFC 5280 and 6125.
extension ServerCertificate {
  /// Checks all that is wrong for every device, whichever authorities it trusts.
  /// - Parameters:
  ///   - host: A host name, or an address with or without brackets; `nil` where another host stands between devices and
  ///     this one.
  ///   - time: When devices connect.
  /// - Throws: ``CertificateError``.
  public func check(for host: String?, at time: Date) throws(CertificateError) {
    for certificate in chain {
      guard certificate.notAfter > time else {
        throw .expired(subject: certificate.subject, since: certificate.notAfter)
      }
      guard certificate.notBefore <= time else {
        throw .notYetValid(subject: certificate.subject, until: certificate.notBefore)
      }
    }
    if let host, let mismatch = mismatch(with: host) { throw mismatch }
    guard let last = chain.last else { return }
    let verdict = Self.verify(chain, trusting: [last], andSystem: false, host: host, at: time)
    guard verdict.code == X509_V_OK else {
      let about = chain.indices.contains(verdict.depth) ? chain[verdict.depth] : leaf
      throw .refused(subject: about.subject, reason: Self.reason(verdict.code))
    }
  }

  /// Why devices refuse the certificate under a host name or an address; `nil` where it covers the host.
  public func mismatch(with host: String) -> CertificateError? {
    guard !covers(host) else { return nil }
    guard !leaf.names.isEmpty else {
      return .noAlternativeName(host: host, inSubject: leaf.commonName?.lowercased() == host.lowercased())
    }
    return .otherHost(host: host, names: leaf.names)
  }

  /// The authority whose certificate devices need beside this chain; `nil` where the chain ends with an authority that signs
  /// itself, or with one that is signed by a known one.
  /// - Parameters:
  ///   - authorities: Known beside those of this system.
  ///   - time: When devices connect.
  public func missingIssuer(among authorities: [Certificate], at time: Date) -> String? {
    guard let last = chain.last, !last.isSelfSigned else { return nil }
    let verdict = Self.verify(chain, trusting: authorities, andSystem: true, host: nil, at: time)
    let unknown = [
      X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
      X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
    ]
    return unknown.contains(verdict.code) ? last.issuer : nil
  }

  private static func verify(
    _ chain: [Certificate], trusting anchors: [Certificate], andSystem isSystemTrusted: Bool, host: String?,
    at time: Date
  ) -> (code: Int32, depth: Int) {
    let host = host.map { $0.filter { $0 != "[" && $0 != "]" } }
    let isAddress = host.map { copenssl_is_address($0) } ?? 0
    var depth: Int32 = 0
    let code = withExtendedLifetime((chain, anchors)) {
      let (chain, anchors) = (chain.map(\.pointer), anchors.map(\.pointer))
      return chain.withUnsafeBufferPointer { chain in
        anchors.withUnsafeBufferPointer { anchors -> Int32 in
          guard let first = chain.baseAddress else { return X509_V_ERR_UNSPECIFIED }
          // An empty list has no address; nothing is read behind it.
          return copenssl_verify(
            first, Int32(chain.count), anchors.baseAddress ?? first, Int32(anchors.count), isSystemTrusted ? 1 : 0,
            host, isAddress, Int(time.timeIntervalSince1970), &depth)
        }
      }
    }
    return (code, Int(depth))
  }

  private static func reason(_ code: Int32) -> String {
    switch code {
    case X509_V_ERR_INVALID_PURPOSE: "it is not for TLS servers (extendedKeyUsage without serverAuth)"
    case X509_V_ERR_EE_KEY_TOO_SMALL, X509_V_ERR_CA_KEY_TOO_SMALL: "its key is too short; devices want 2048 bits of RSA"
    case X509_V_ERR_CA_MD_TOO_WEAK: "it is signed with an algorithm that devices refuse, such as SHA-1"
    default: String(cString: X509_verify_cert_error_string(Int(code)))
    }
  }
}
