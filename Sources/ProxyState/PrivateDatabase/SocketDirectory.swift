import Cryptography
import Foundation
import Glibc

/// The directory of the private server's Unix socket, which nobody else may enter.
///
/// The kernel takes at most 107 bytes for a socket's path. Where the state directory's path is too long, a directory
/// with a hash of it stands under `/run` or `/tmp`.
enum SocketDirectory {
  private static let socketName = "/.s.PGSQL.5432"
  private static let longestPath = 107

  /// The directory for a server's directory; always the same for the same one.
  static func path(for directory: String, runtimeDirectory: String?, isRoot: Bool) -> String {
    let inside = "\(directory)/socket"
    if fits(inside) { return inside }
    let name = "snap-proxy-\(SHA3Digest.of(Array(directory.utf8)).hex.prefix(16))"
    let parents = [isRoot ? "/run" : runtimeDirectory, "/tmp"].compactMap(\.self)
    return parents.map { "\($0)/\(name)" }.first { fits($0) } ?? "/tmp/\(name)"
  }

  /// Makes the directory, or makes sure that the one that is there is ours.
  static func prepare(_ path: String, for account: ServerAccount) throws(PrivatePostgreSQLError) {
    if mkdir(path, 0o700) == 0 {
      guard geteuid() != 0 || chown(path, account.user, account.group) == 0 else {
        throw .failed(action: "prepare", directory: path, reason: String(cString: strerror(errno)))
      }
      return
    }
    guard errno == EEXIST else {
      throw .failed(action: "prepare", directory: path, reason: String(cString: strerror(errno)))
    }
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == account.user,
      status.st_mode & 0o077 == 0
    else { throw .foreignDirectory(path: path) }
  }

  private static func fits(_ path: String) -> Bool { path.utf8.count + socketName.utf8.count <= longestPath }
}
