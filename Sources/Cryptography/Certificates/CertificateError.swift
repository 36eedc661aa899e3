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
  /// A self-signed one could not be made.
  case cannotMake(reason: String)

  /// What was given is not what it should be.
  public var kind: FailureKind {
    if case .cannotMake = self { .failed } else { .usage }
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
    case .cannotMake(let reason): "cannot make a certificate: \(reason)"
    }
  }

  /// What to do.
  public var advice: String? {
    switch self {
    case .none, .unreadable: "give PEM text, blocks that begin with -----BEGIN CERTIFICATE-----"
    case .keys: "as in 'cat my.cert my.key intermediate.cert | snap-proxy import-certificate'"
    case .unreadableKey: "'openssl pkey' writes a key without its passphrase"
    case .keyDoesNotMatch: "check that key and certificate belong together"
    case .brokenChain:
      "give the intermediate certificates that your authority names for this certificate, and no others"
    case .expired: "renew it first"
    case .notYetValid: "check the clock of this machine"
    case .cannotMake: nil
    }
  }
}
