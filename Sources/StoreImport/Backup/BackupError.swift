public import Reporting

/// Why a backup is not made, or not restored.
public enum BackupError: UserFacingError, Equatable {
  /// The passphrase is too short to protect anything.
  case weakPassphrase(shortest: Int)
  /// The key needs more memory than there is.
  case noMemory
  /// The file cannot be written.
  case cannotWrite(path: String, reason: String)
  /// The file cannot be read.
  case cannotRead(path: String, reason: String)
  /// The file is no backup.
  case noBackup(path: String)
  /// The passphrase is another one, or the file was changed or cut off.
  case damaged(path: String)
  /// Another version made it.
  case otherSchema(found: Int, known: Int)
  /// The store has something that would be mixed up with what is restored.
  case notEmpty

  /// What class of failure it is.
  public var kind: FailureKind {
    switch self {
    case .weakPassphrase: .usage
    case .noMemory, .cannotWrite, .cannotRead, .noBackup: .failed
    case .damaged: .integrity
    case .otherSchema, .notEmpty: .notConfigured
    }
  }

  /// What happened.
  public var message: String {
    switch self {
    case .weakPassphrase(let shortest): "cannot use the passphrase: it has fewer than \(shortest) characters"
    case .noMemory: "cannot make a key of the passphrase: it takes 256 MiB of memory"
    case .cannotWrite(let path, let reason): "cannot write \(path): \(reason)"
    case .cannotRead(let path, let reason): "cannot read \(path): \(reason)"
    case .noBackup(let path): "cannot restore \(path): it is no backup of this program"
    case .damaged(let path): "cannot restore \(path): the passphrase is wrong, or the file was changed or cut off"
    case .otherSchema(let found, let known):
      "cannot restore the backup: its schema is version \(found), that of this program is \(known)"
    case .notEmpty: "cannot restore into this store: it is not empty"
    }
  }

  /// What to do.
  public var advice: String? {
    switch self {
    case .weakPassphrase: "take a longer one: whoever has the file can guess for as long as they like"
    case .noMemory: "stop what needs memory on this host, and try again"
    case .cannotWrite: "name a file on a disk with room for it, in a folder that you may write to"
    case .cannotRead: "look whether the file is there and whether you may read it"
    case .noBackup: "name a file that 'snap-proxy backup' wrote"
    case .damaged: "type the passphrase again; if it is right, copy the file again from where it was made"
    case .otherSchema: "restore it with the version that made it, and upgrade afterwards"
    case .notEmpty: "name an empty state directory with --state-dir, or an empty database with proxy.db.connection"
    }
  }
}
