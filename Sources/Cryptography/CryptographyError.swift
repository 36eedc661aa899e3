public import Reporting

/// Why a key, a digest or a ciphertext is of no use. Never holds any of a secret.
public enum CryptographyError: UserFacingError, Equatable {
  /// A text should have been a SHA3-384 digest.
  case malformedDigest(String)
  /// - Parameter reason: Why the key cannot be read: `it is encrypted`, or OpenSSL's words.
  case unreadableKey(reason: String)
  /// No key was made.
  case cannotGenerateKey(bits: Int, reason: String)
  /// A key refused to sign.
  case cannotSign(reason: String)
  /// A key refused to encrypt; mostly since the message is too long for it.
  case cannotEncrypt(reason: String)
  /// The ciphertext was not made for this key, or was changed.
  case cannotDecrypt

  /// What does not fit its key is a matter of integrity.
  public var kind: FailureKind { self == .cannotDecrypt ? .integrity : .failed }

  /// Says what could not be done.
  public var message: String {
    switch self {
    case .malformedDigest(let text):
      "'\(text.count > 100 ? text.prefix(100) + "..." : text[...])' is not a SHA3-384 digest"
    case .unreadableKey(let reason): "cannot read the RSA key: \(reason)"
    case .cannotGenerateKey(let bits, let reason): "cannot make an RSA key of \(bits) bits: \(reason)"
    case .cannotSign(let reason): "cannot sign: \(reason)"
    case .cannotEncrypt(let reason): "cannot encrypt: \(reason)"
    case .cannotDecrypt: "cannot decrypt: the message was not made for this key, or was changed"
    }
  }

  /// How keys must look, where that helps.
  public var advice: String? {
    guard case .unreadableKey = self else { return nil }
    return "give an unencrypted RSA key as PEM, with its lines BEGIN and END"
  }
}
