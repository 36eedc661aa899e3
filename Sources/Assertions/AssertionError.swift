import Foundation
public import Reporting

/// Why an assertion is refused. `subject` is the assertion in the user's words: `snap-revision of jq 6 (...)`, or its
/// path.
public enum AssertionError: UserFacingError, Equatable {
  /// It breaks the grammar, or lacks what its type must have.
  case malformed(subject: String, reason: String)
  /// No type of assertion that this program knows has this name.
  case unknownType(String)
  /// - Parameters:
  ///   - part: `headers`, `body` or `signature`; or `stream`, whose limit counts assertions.
  ///   - limit: In bytes.
  case tooLarge(subject: String, part: String, limit: Int)
  /// It uses features that came after this program.
  case unsupportedFormat(subject: String, format: Int, newestKnown: Int)
  /// The key did not sign these bytes.
  case wrongSignature(subject: String, keyID: String)
  /// It stands on an assertion that is nowhere.
  case missing(subject: String, prerequisite: AssertionIdentity)
  /// A key that signs itself and is not among the pinned ones.
  case untrustedRoot(subject: String, keyID: String)
  /// The key was not valid, now or at the time of the assertion.
  case keyNotValid(subject: String, keyID: String, reason: String)
  /// It is signed by somebody who may not sign it.
  case wrongAuthority(subject: String, authority: String, expected: String)
  /// It contradicts itself, or another assertion.
  case inconsistent(subject: String, reason: String)
  /// It stands, over others, on itself.
  case circular(subject: String)
  /// A newer revision is already there.
  case rollback(subject: String, held: Int, offered: Int)
  /// An assertion that only a device can vouch for was given where an account must.
  case notVerifiable(subject: String)
  /// It could not be written as asked.
  case cannotSign(subject: String, reason: String)
  /// A list of root keys holds something else.
  case malformedRoots(String)

  /// What does not hold is a matter of integrity.
  public var kind: FailureKind {
    switch self {
    case .malformed, .unknownType, .tooLarge, .unsupportedFormat, .cannotSign: .failed
    case .malformedRoots: .usage
    case .wrongSignature, .missing, .untrustedRoot, .keyNotValid, .wrongAuthority, .inconsistent, .circular,
      .rollback, .notVerifiable:
      .integrity
    }
  }

  /// Names the assertion and says what is wrong with it.
  public var message: String {
    switch self {
    case .malformed(let subject, let reason): "cannot read \(Shown(subject)): \(Shown(reason))"
    case .unknownType(let name): "cannot read an assertion of type '\(Shown(name))': the type is not known"
    case .tooLarge(let subject, "stream", let limit):
      "cannot read \(Shown(subject)): it has more than \(limit) assertions"
    case .tooLarge(let subject, let part, let limit):
      "cannot read \(Shown(subject)): its \(part) has more than \(limit) bytes"
    case .unsupportedFormat(let subject, let format, let newest):
      "cannot accept \(Shown(subject)): its format is \(format), the newest known is \(newest)"
    case .wrongSignature(let subject, let key):
      "cannot accept \(Shown(subject)): its signature is not by the key \(key), or it was changed"
    case .missing(let subject, let prerequisite):
      "cannot accept \(Shown(subject)): the assertion that it stands on is missing: \(Shown(prerequisite.path))"
    case .untrustedRoot(let subject, let key):
      "cannot accept \(Shown(subject)): its key \(key) signs itself and is not a trusted root"
    case .keyNotValid(let subject, let key, let reason):
      "cannot accept \(Shown(subject)): its key \(key) \(Shown(reason))"
    case .wrongAuthority(let subject, let authority, let expected):
      "cannot accept \(Shown(subject)): it is signed by \(Shown(authority)), it must be by \(Shown(expected))"
    case .inconsistent(let subject, let reason): "cannot accept \(Shown(subject)): \(Shown(reason))"
    case .circular(let subject): "cannot accept \(Shown(subject)): it stands on itself and on no trusted root"
    case .rollback(let subject, let held, let offered):
      "cannot accept \(Shown(subject)): its revision is \(offered), and revision \(held) is already here"
    case .notVerifiable(let subject):
      "cannot accept \(Shown(subject)): it is signed by a device's own key, which no account vouches for"
    case .cannotSign(let subject, let reason): "cannot sign \(Shown(subject)): \(Shown(reason))"
    case .malformedRoots(let text): "cannot read the list of root keys: '\(Shown(text))' is not the id of a key"
    }
  }

  /// What helps.
  public var advice: String? {
    switch self {
    case .missing(_, let prerequisite):
      "add \(Shown(prerequisite.path)) to the file, in front of what stands on it; the account-key of the root is needed too"
    case .untrustedRoot(_, let key):
      """
      if you trust its owner, name the key with '--root-key \(key)', as in './install.sh --root-key \(key)' \
      ('store-admin' and 'snap-proxy import-registration' take it, too), or on a registered host with \
      'snap-proxy config proxy.trust.root-keys=\(key)'
      """
    case .keyNotValid: "check the clock of this machine; if it is right, get the assertions anew"
    case .wrongSignature: "copy the file again; if it does not help, get the assertions anew from where they come"
    case .unsupportedFormat: "upgrade this program, or ask for an older format"
    case .malformedRoots: "give ids of 64 letters, digits, '-' and '_', separated by commas"
    default: nil
    }
  }
}

/// Foreign text for a person: one line, not endless, without control characters.
private struct Shown: CustomStringConvertible {
  let description: String

  init(_ text: String) {
    let scalars = text.unicodeScalars.prefix(400).map { scalar -> Unicode.Scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
      default: scalar
      }
    }
    var shown = String(String.UnicodeScalarView(scalars))
    if text.unicodeScalars.count > 400 { shown += "..." }
    description = shown
  }
}
