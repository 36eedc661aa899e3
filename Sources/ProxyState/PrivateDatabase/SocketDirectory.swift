import Cryptography
import FileSupport
import Foundation
import Glibc

/// The directory of the private server's Unix socket, which its owner alone may enter.
///
/// The kernel takes at most 107 bytes for a socket's path. Where the state directory's path is too long, the directory
/// stands under `/run`, where root alone makes files: in the systemd unit's runtime directory, or beside it for root's own
/// server. Another user's server has one under `/tmp`, where everyone makes files: with a name that cannot be foretold,
/// which a file in the server's directory keeps.
struct SocketDirectory {
  private static let socketName = "/.s.PGSQL.5432"
  private static let maxPathBytes = 107

  /// Where the name under `/tmp` is kept.
  private let record: String
  /// PostgreSQL's own record of a server that runs, or crashed. Its fifth line is the socket's directory.
  private let postmaster: String
  /// Of the same server always the same, unless it is under `/tmp`.
  private let fixed: String?

  /// Whether it is below the server's directory.
  let isInside: Bool

  /// - Parameters:
  ///   - directory: The server's directory.
  ///   - isManaged: Whether a systemd unit runs the server.
  ///   - isRoot: Whether this process is root.
  init(of directory: String, isManaged: Bool, isRoot: Bool) {
    record = "\(directory)/socket-directory"
    postmaster = "\(directory)/data/postmaster.pid"
    let inside = "\(directory)/socket"
    isInside = inside.utf8.count + Self.socketName.utf8.count <= Self.maxPathBytes
    if isInside {
      fixed = inside
    } else if isManaged || isRoot {
      let name = "snap-proxy-\(SHA3Digest.of(Array(directory.utf8)).hex.prefix(16))"
      fixed = "\(isManaged ? "/run/snap-proxy-database" : "/run")/\(name)"
    } else {
      fixed = nil
    }
  }

  /// The directory; `nil` where none was chosen yet. It need not exist.
  var path: String? {
    // A server that an older version started has no record of ours.
    fixed ?? recorded ?? Self.temporary(in: postmaster, line: 4)
  }

  private var recorded: String? { Self.temporary(in: record, line: 0) }

  private static func temporary(in file: String, line: Int) -> String? {
    guard let bytes = try? SmallFile.read(file, limit: 4096) else { return nil }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.indices.contains(line), lines[line].wholeMatch(of: /\/tmp\/snap-proxy-[A-Za-z0-9]{6,64}/) != nil else {
      return nil
    }
    return String(lines[line])
  }

  /// Makes the directory, or makes sure that the one that is there is the account's.
  /// - Parameter isServerRunning: Whether a server listens there already, so that it cannot move.
  /// - Returns: The directory.
  /// - Throws: ``PrivatePostgreSQLError``.
  func prepare(for account: ServerAccount, isServerRunning: Bool) throws(PrivatePostgreSQLError) -> String {
    if let path = fixed ?? recorded ?? (isServerRunning ? path : nil) {
      do throws(PrivatePostgreSQLError) {
        try Self.make(path, for: account)
        return path
      } catch {
        // Under /tmp another user may have taken a name that was seen there before; then another one does.
        guard fixed == nil, !isServerRunning, case .foreignDirectory = error else { throw error }
      }
    }
    let path: String
    do throws(SystemFailure) { path = try SecretFile.makeTemporaryDirectory("/tmp/snap-proxy-") } catch {
      throw .failed(action: "prepare", directory: "/tmp", reason: error.reason)
    }
    do throws(OutputFileError) { try SecretFile.replace(record, with: Array("\(path)\n".utf8)) } catch {
      rmdir(path)
      throw .failed(action: "prepare", directory: record, reason: error.failure.reason)
    }
    return path
  }

  /// Whether the directory is there. To be asked before a socket in it is used: a user who may write to the directory may put
  /// a server of theirs there.
  /// - Throws: ``PrivatePostgreSQLError/foreignDirectory(path:)`` where it is a link, another user's or open to others.
  static func isThere(_ path: String, of account: ServerAccount) throws(PrivatePostgreSQLError) -> Bool {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      guard errno == ENOENT || errno == EACCES else {
        throw .failed(action: "reach", directory: path, reason: SystemFailure.last.reason)
      }
      return false
    }
    guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == account.user, status.st_mode & 0o077 == 0 else {
      throw .foreignDirectory(path: path)
    }
    return true
  }

  private static func make(_ path: String, for account: ServerAccount) throws(PrivatePostgreSQLError) {
    let isNew = access(path, F_OK) != 0
    do throws(SystemFailure) {
      try SecretFile.makeDirectory(path)
      // Below the server's own directory it is made with the account's rights and belongs to it.
      var made = stat()
      guard
        !isNew || geteuid() != 0 || (lstat(path, &made) == 0 && made.st_uid == account.user)
          || lchown(path, account.user, account.group) == 0
      else { throw .last }
    } catch {
      if error.code == ENOTDIR { throw .foreignDirectory(path: path) }
      throw .failed(action: "prepare", directory: path, reason: error.reason)
    }
    guard try isThere(path, of: account) else {
      throw .failed(action: "prepare", directory: path, reason: "it was removed")
    }
  }
}
