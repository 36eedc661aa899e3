import Foundation
import Glibc

/// The operating system's user that the private server runs as: never root.
struct ServerAccount: Sendable, Hashable {
  let name: String
  let user: uid_t
  let group: gid_t
  /// What stands before a command so that it runs as this user.
  let prefix: [String]

  /// Who we are, or, for root: the owner of the state directory, else `postgres`.
  static func choose(for directory: String) throws(PrivatePostgreSQLError) -> ServerAccount {
    let me = geteuid()
    guard me == 0 else {
      guard let account = find(getpwuid(me), prefix: []) else { throw .noAccount }
      return account
    }
    var status = stat()
    if stat(directory, &status) == 0, status.st_uid != 0, let owner = find(getpwuid(status.st_uid), prefix: nil) {
      return owner
    }
    guard let account = find(getpwnam("postgres"), prefix: nil) else { throw .noAccount }
    return account
  }

  private static func find(_ entry: UnsafeMutablePointer<passwd>?, prefix: [String]?) -> ServerAccount? {
    guard let entry, let name = entry.pointee.pw_name else { return nil }
    let (user, group) = (entry.pointee.pw_uid, entry.pointee.pw_gid)
    let change = ["setpriv", "--reuid=\(user)", "--regid=\(group)", "--clear-groups"]
    return ServerAccount(name: String(cString: name), user: user, group: group, prefix: prefix ?? change)
  }
}
