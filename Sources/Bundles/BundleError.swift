public import Reporting

/// Why a bundle is refused.
public enum BundleError: UserFacingError, Equatable {
  /// The tarball holds no manifest, or one that cannot be read.
  case noManifest(path: String, reason: String)
  /// The manifest is of a format that is newer than this program.
  case unsupportedFormat(path: String, format: Int)
  /// The manifest is of a kind that the command does not take.
  case wrongKind(path: String, kind: String)
  /// The manifest disagrees with the tarball, with itself or with the assertions.
  case disagreement(path: String, reason: String)
  /// A file is not what its manifest and its assertion say.
  case digestMismatch(member: String, expected: String, found: String)
  /// A file is longer or shorter than its manifest says.
  case sizeMismatch(member: String, expected: UInt64, found: UInt64)
  /// What an export would write is larger than any reader takes.
  case tooLarge(path: String, what: String, size: Int, limit: Int)
  /// A file and what proves it are larger than a volume may be.
  case volumeTooSmall(limit: UInt64, needed: UInt64, member: String)
  /// More volumes than anybody carries.
  case tooManyVolumes(limit: UInt64)

  /// All of them are a matter of integrity but a newer format.
  public var kind: FailureKind {
    switch self {
    case .unsupportedFormat, .wrongKind, .tooLarge: .failed
    case .volumeTooSmall, .tooManyVolumes: .usage
    default: .integrity
    }
  }

  /// What disagrees with what.
  public var message: String {
    switch self {
    case .noManifest(let path, let reason): "cannot accept \(path): \(reason)"
    case .unsupportedFormat(let path, let format):
      "cannot read \(path): its format \(format) is newer than this program"
    case .wrongKind(let path, let kind): "cannot read \(path): it holds a \(kind), which this command does not take"
    case .disagreement(let path, let reason): "cannot accept \(path): \(reason)"
    case .digestMismatch(let member, let expected, let found):
      "cannot accept \(member): its sha3-384 is \(found), the manifest says \(expected)"
    case .sizeMismatch(let member, let expected, let found):
      "cannot accept \(member): it has \(found) bytes, the manifest says \(expected) bytes"
    case .tooLarge(let path, let what, let size, let limit):
      "cannot write \(path): its \(what) would have \(size) bytes, more than the \(limit) bytes that are read"
    case .volumeTooSmall(let limit, let needed, let member):
      "cannot put \(member) into a volume of \(limit) bytes: with what proves it, it takes up to \(needed) bytes"
    case .tooManyVolumes(let limit):
      "cannot spread the export over volumes of \(limit) bytes: they would be more than \(BundleVolume.limit)"
    }
  }

  /// What helps most often.
  public var advice: String? {
    switch self {
    case .noManifest: "give a tarball that 'store-admin export' made"
    case .tooLarge: "export fewer snaps, channels or architectures at once"
    case .unsupportedFormat: "install a newer version of this program"
    case .wrongKind(_, let kind):
      switch BundleKind(rawValue: kind) {
      case .snap: "push it with 'snap-proxy push-snap'"
      case .store: "push it with 'snap-proxy push-store'"
      case nil: nil
      }
    case .volumeTooSmall: "a file is never divided; give a larger --volume-size"
    case .tooManyVolumes: "give a larger --volume-size"
    case .disagreement, .digestMismatch, .sizeMismatch:
      "copy the tarball again, or run 'store-admin export verify' where it was made"
    }
  }
}
