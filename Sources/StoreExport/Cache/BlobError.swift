public import Cryptography
public import Reporting

/// Why a downloaded file is refused.
public enum BlobError: UserFacingError, Equatable {
  /// All of it came, and it is something else.
  case digestMismatch(title: String, expected: SHA3Digest, found: SHA3Digest)
  /// More came than was signed for.
  case tooLong(title: String, expected: UInt64)
  /// The store has no more, and that is not all.
  case tooShort(title: String, expected: UInt64, found: UInt64)
  /// The store does not give the file.
  case refused(title: String, status: Int)

  /// The file is not what was signed, or is not to be had.
  public var kind: FailureKind {
    switch self {
    case .digestMismatch, .tooLong, .tooShort: .integrity
    case .refused(_, let status): status == 404 || status == 410 ? .notFound : .network
    }
  }

  /// Which file, what was signed and what came.
  public var message: String {
    switch self {
    case .digestMismatch(let title, let expected, let found):
      "cannot accept \(title): its sha3-384 is \(found), its assertion says \(expected)"
    case .tooLong(let title, let expected):
      "cannot accept \(title): the store sends more than the \(expected) bytes that its assertion says"
    case .tooShort(let title, let expected, let found):
      "cannot accept \(title): the store has only \(found) of the \(expected) bytes that its assertion says"
    case .refused(let title, let status): "cannot download \(title): the store answered with status \(status)"
    }
  }

  /// What may help.
  public var advice: String? {
    switch self {
    case .digestMismatch, .tooLong, .tooShort:
      "run the export again; if it stays so, something between here and the store changes files"
    case .refused: nil
    }
  }
}
