public import Reporting

/// Why a text is no macaroon, or why one proves nothing. Never holds the macaroon: it is a secret.
public enum MacaroonError: UserFacingError, Equatable {
  /// It is neither of the binary formats.
  case malformed(reason: String)
  /// It or a part of it is beyond what we accept.
  case tooLarge(what: String, limit: Int)
  /// A signature is not what the key and the caveats give.
  case signatureMismatch
  /// Nobody discharged a third party's caveat.
  case missingDischarge
  /// A discharge that answers no caveat, or one that another answered before.
  case unusedDischarge

  /// All of them mean that the proof is not accepted.
  public var kind: FailureKind { .notAuthorised }

  /// What is wrong, without the macaroon.
  public var message: String {
    switch self {
    case .malformed(let reason): "cannot read the macaroon: \(reason)"
    case .tooLarge(let what, let limit): "cannot use the macaroon: \(what) is over the limit of \(limit)"
    case .signatureMismatch: "cannot verify the macaroon: the signatures do not match"
    case .missingDischarge: "cannot verify the macaroon: a discharge is missing"
    case .unusedDischarge: "cannot verify the macaroon: a discharge answers none of its caveats"
    }
  }
}
