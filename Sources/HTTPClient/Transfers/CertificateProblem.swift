/// Why a certificate was refused, in the user's words, and what helps.
struct CertificateProblem {
  let reason: String
  let advice: String

  /// - Parameter text: OpenSSL's reason, or libcurl's where the name does not fit.
  init(text: String, configuration: HTTPClientConfiguration) {
    let authorities =
      configuration.certificateAuthorityFile.map { "the authorities in \($0)" }
      ?? (configuration.certificateAuthorities == nil
        ? "the authorities that this machine trusts" : "the configured certificate authorities")
    if text.contains("expired") {
      (reason, advice) = (text, "renew the certificate of that host; if it is valid, correct this machine's clock")
    } else if text.contains("not yet valid") {
      (reason, advice) = (text, "correct this machine's clock, or the one where the certificate was made")
    } else if text.contains("subject name") || text.contains("hostname mismatch")
      || text.contains("IP address mismatch")
    {
      (reason, advice) = (
        "it is for another name than this address",
        "use an address whose host the certificate names, or give the host a certificate with this name"
      )
    } else if text.contains("issuer certificate") || text.contains("self") || text.contains("verify the first") {
      (reason, advice) = ("\(text); none of \(authorities) signed it", configuration.trustAdvice)
    } else {
      (reason, advice) = (text, configuration.trustAdvice)
    }
  }
}
