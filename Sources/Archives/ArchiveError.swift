public import Reporting

/// Why an archive cannot be written, or is refused.
public enum ArchiveError: UserFacingError, Equatable {
  /// The file cannot be made.
  case cannotCreate(path: String, reason: String)
  /// The file cannot be written to its end.
  case cannotWrite(path: String, reason: String)
  /// There is no such file.
  case missing(path: String)
  /// The file cannot be opened.
  case cannotOpen(path: String, reason: String)
  /// The file is no gzip-compressed tar archive.
  case notATarball(path: String, reason: String)
  /// The archive is damaged or cut off.
  case damaged(path: String, reason: String)
  /// A member is of a kind that no archive of ours has, or is named to do harm.
  case refusedMember(path: String, member: String, reason: String)
  /// A member's contents are shorter or longer than was said.
  case wrongLength(member: String, expected: UInt64, found: UInt64)

  /// Bad content is a matter of integrity; a missing file or a bad disk is not.
  public var kind: FailureKind {
    switch self {
    case .cannotCreate, .cannotWrite, .cannotOpen: .failed
    case .missing: .notFound
    case .notATarball, .damaged, .refusedMember, .wrongLength: .integrity
    }
  }

  /// Which archive, which member, and why.
  public var message: String {
    switch self {
    case .cannotCreate(let path, let reason): "cannot create \(path): \(reason)"
    case .cannotWrite(let path, let reason): "cannot write \(path): \(reason)"
    case .missing(let path): "cannot open \(path): there is no such file"
    case .cannotOpen(let path, let reason): "cannot open \(path): \(reason)"
    case .notATarball(let path, let reason): "cannot accept \(path): it is not a tarball: \(reason)"
    case .damaged(let path, let reason): "cannot read \(path): \(reason)"
    case .refusedMember(let path, let member, let reason):
      "cannot accept \(path): its member '\(member)' \(reason)"
    case .wrongLength(let member, let expected, let found):
      "cannot accept \(member): it has \(found) bytes instead of \(expected) bytes"
    }
  }

  /// A damaged archive is usually a bad copy.
  public var advice: String? {
    switch self {
    case .missing: "check the spelling and the working directory"
    case .damaged: "copy it again, or check it with 'store-admin export verify' where it was made"
    case .notATarball: "give a .tar.gz file that 'store-admin export' made"
    case .refusedMember: "use only tarballs that 'store-admin export' made"
    case .cannotCreate, .cannotWrite, .cannotOpen, .wrongLength: nil
    }
  }
}
