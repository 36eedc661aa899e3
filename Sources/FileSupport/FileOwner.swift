import CLinux
import Glibc

/// A user of the operating system who owns files.
public struct FileOwner: Sendable, Hashable {
  /// The login name; the number where the system has no name for it.
  public let name: String
  /// The user's number.
  public let user: UInt32
  /// The number of the user's primary group.
  public let group: UInt32

  /// The owner of a file or directory; links are followed.
  /// - Returns: `nil` where there is no such file.
  public static func of(_ path: String) throws(SystemFailure) -> FileOwner? {
    var status = stat()
    guard stat(path, &status) == 0 else {
      guard errno == ENOENT else { throw .last }
      return nil
    }
    return FileOwner(user: status.st_uid)
      ?? FileOwner(
        name: String(status.st_uid), user: status.st_uid, group: status.st_gid)
  }

  /// - Returns: `nil` where the system knows no user of that number.
  public init?(user: UInt32) {
    guard let entry = getpwuid(user), let name = entry.pointee.pw_name else { return nil }
    self.init(name: String(cString: name), user: user, group: entry.pointee.pw_gid)
  }

  /// - Returns: `nil` where the system knows no user of that name.
  public init?(named name: String) {
    guard let entry = getpwnam(name) else { return nil }
    self.init(name: name, user: entry.pointee.pw_uid, group: entry.pointee.pw_gid)
  }

  private init(name: String, user: UInt32, group: UInt32) {
    self.name = name
    self.user = user
    self.group = group
  }

  /// Makes this user the owner of a file or directory, and the user's group its group. Root alone can do this.
  public func take(_ path: String) throws(SystemFailure) {
    guard chown(path, user, group) == 0 else { throw .last }
  }

  /// Makes the whole process this user for good, without other groups, and with the umask 027. Root alone can do this.
  public func become() throws(SystemFailure) {
    // In this order: without root's user id the groups could not be changed any more. glibc does it on every thread.
    var groups = [group]
    guard setgroups(groups.count, &groups) == 0, setresgid(group, group, group) == 0,
      setresuid(user, user, user) == 0
    else { throw .last }
    umask(0o027)
  }
}
