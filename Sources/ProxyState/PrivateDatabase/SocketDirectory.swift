import Cryptography
import FileSupport
import Foundation
import Glibc

/// The directory of the private server's Unix socket, which its owner alone may enter.
///
/// The kernel takes at most 107 bytes for a socket's path. Where the state directory's path is too long, a directory
/// with a hash of it stands under `/tmp`, for root's own server under `/run`, and for the server of the systemd unit in
/// the unit's runtime directory.
enum SocketDirectory {
  private static let socketName = "/.s.PGSQL.5432"
  private static let longestPath = 107

  /// The directory for a server's directory; always the same for the same one.
  static func path(for directory: String, isManaged: Bool, isRoot: Bool) -> String {
    let inside = "\(directory)/socket"
    if fits(inside) { return inside }
    let name = "snap-proxy-\(SHA3Digest.of(Array(directory.utf8)).hex.prefix(16))"
    return "\(isManaged ? "/run/snap-proxy-database" : isRoot ? "/run" : "/tmp")/\(name)"
  }

  /// Makes the directory, or makes sure that the one that is there is ours.
  static func prepare(_ path: String, for account: ServerAccount) throws(PrivatePostgreSQLError) {
    let isNew = access(path, F_OK) != 0
    do throws(SystemFailure) {
      try NewFile.makeDirectory(path, mode: 0o700)
      // Below the server's own directory it is made with the account's rights and belongs to it.
      var made = stat()
      guard
        !isNew || geteuid() != 0 || (lstat(path, &made) == 0 && made.st_uid == account.user)
          || lchown(path, account.user, account.group) == 0
      else { throw .last }
    } catch {
      throw .failed(action: "prepare", directory: path, reason: error.reason)
    }
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == account.user,
      status.st_mode & 0o077 == 0
    else { throw .foreignDirectory(path: path) }
  }

  private static func fits(_ path: String) -> Bool { path.utf8.count + socketName.utf8.count <= longestPath }
}
