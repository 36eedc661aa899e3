public import Foundation
public import Reporting

/// Why certificates cannot be used.
public enum CertificateError: UserFacingError, Equatable {
  /// There is no certificate at all.
  case none
  /// It is no PEM, or no certificate.
  case unreadable(reason: String)
  /// There is no private key, or more than one.
  case keys(count: Int)
  /// The private key cannot be read.
  case unreadableKey
  /// The key is of none of the certificates.
  case keyDoesNotMatch
  /// None of the others signed it.
  case brokenChain(subject: String, others: [String])
  /// It does not count any more.
  case expired(subject: String, since: Date)
  /// It does not count yet.
  case notYetValid(subject: String, until: Date)
  /// It names hosts in its subject at most, where clients do not look.
  case noAlternativeName(host: String, inSubject: Bool)
  /// It is for other hosts.
  case otherHost(host: String, names: [String])
  /// Every client refuses it.
  case refused(subject: String, reason: String)
  /// A server's certificate stands where that of an authority is needed.
  case noAuthority(subject: String, issuer: String)
  /// A self-signed one could not be made.
  case cannotMake(reason: String)

  /// What was given is not what it should be.
  public var kind: FailureKind {
    switch self {
    case .cannotMake: .failed
    case .noAlternativeName, .otherHost: .notConfigured
    default: .usage
    }
  }

  /// What is wrong.
  public var message: String {
    switch self {
    case .none: "cannot use the certificates: there is none in what was given"
    case .unreadable(let reason): "cannot use the certificates: \(reason)"
    case .keys(let count): "cannot use the certificate: exactly one private key must come with it, not \(count)"
    case .unreadableKey: "cannot use the certificate: its private key cannot be read, or is encrypted"
    case .keyDoesNotMatch: "cannot use the certificate: the private key is of none of the certificates"
    case .brokenChain(let subject, let others):
      "cannot use the chain of certificates: '\(subject)' is signed by none of the others, which are "
        + others.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
    case .expired(let subject, let since):
      "cannot use the certificate of \(subject): it ended on \(since.formatted(.iso8601))"
    case .notYetValid(let subject, let until):
      "cannot use the certificate of \(subject): it begins on \(until.formatted(.iso8601))"
    case .noAlternativeName(let host, let inSubject):
      "cannot use the certificate: \(Self.reason(noNameFor: host, inSubject: inSubject))"
    case .otherHost(let host, let names): "cannot use the certificate: \(Self.reason(host, isNotAmong: names))"
    case .refused(let subject, let reason): "cannot use the certificate of '\(subject)': devices refuse it: \(reason)"
    case .noAuthority(let subject, let issuer):
      "cannot trust '\(subject)' as an authority: it is the certificate of a server, signed by '\(issuer)'"
    case .cannotMake(let reason): "cannot make a certificate: \(reason)"
    }
  }

  /// Which hosts the certificate is for, where the error is that it does not cover the host that devices use; for a
  /// warning about a certificate that is served all the same.
  public var mismatch: String? {
    switch self {
    case .noAlternativeName(let host, let inSubject): Self.reason(noNameFor: host, inSubject: inSubject)
    case .otherHost(let host, let names): Self.reason(host, isNotAmong: names)
    default: nil
    }
  }

  private static func reason(noNameFor host: String, inSubject: Bool) -> String {
    "it has no subjectAltName, where devices look for '\(host)'"
      + (inSubject ? "; it names the host in its subject (CN) only" : "")
  }

  private static func reason(_ host: String, isNotAmong names: [String]) -> String {
    "it is for \(names.prefix(10).joined(separator: ", ")), and devices use \(host)"
  }

  /// What to do.
  public var advice: String? {
    switch self {
    case .unreadable(let reason) where reason.contains("binary"):
      "convert it with 'openssl x509 -inform der' or 'openssl pkcs12'"
    case .none, .unreadable: "give PEM text, blocks that begin with -----BEGIN CERTIFICATE-----"
    case .keys: "as in 'cat my.cert my.key intermediate.cert | snap-proxy import-certificate'"
    case .unreadableKey: "'openssl pkey' writes a key without its passphrase"
    case .keyDoesNotMatch: "check that key and certificate belong together"
    case .brokenChain:
      "give the intermediate certificates that your authority names for this certificate, and no others"
    case .expired: "renew it first"
    case .notYetValid: "check the clock of this machine"
    case .noAlternativeName(let host, _):
      "ask your authority for a certificate with \(host) in subjectAltName, or give --any-domain where a load balancer "
        + "serves devices with a certificate of its own"
    case .otherHost: "set proxy.domain first, or give --any-domain where a load balancer stands in between"
    case .refused: "ask your authority for a new certificate for a TLS server"
    case .noAuthority(_, let issuer): "give the certificate of '\(issuer)'"
    case .cannotMake: nil
    }
  }
}
