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

  /// Makes the whole process this user for good, without other groups, and with the umask 027. Root alone can do this.
  public func become() throws(SystemFailure) {
    // In this order: without root's user id the groups could not be changed any more. glibc does it on every thread.
    var groups = [group]
    guard setgroups(groups.count, &groups) == 0, setresgid(group, group, group) == 0,
      setresuid(user, user, user) == 0
    else { throw .last }
    umask(0o027)
    guard Self.everyThreadRuns(as: user) else { throw SystemFailure(code: EPERM) }
  }

  /// Whether no thread of the process kept another identity. Source: proc(5), `/proc/self/task/*/status`.
  private static func everyThreadRuns(as user: UInt32) -> Bool {
    guard let threads = opendir("/proc/self/task") else { return false }
    defer { closedir(threads) }
    while let entry = readdir(threads) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name != ".", name != ".." else { continue }
      // A thread may have ended meanwhile.
      guard let status = try? SmallFile.read("/proc/self/task/\(name)/status", limit: 1 << 16) else { continue }
      let lines = String(decoding: status, as: UTF8.self).split(separator: "\n")
      let identities = lines.first { $0.hasPrefix("Uid:") }?.split(separator: "\t").dropFirst()
      guard identities?.allSatisfy({ $0 == "\(user)" }) == true else { return false }
    }
    return true
  }

  /// Runs `body` with this user's rights to files, on this thread alone. Root alone can do this; for other users `body` runs
  /// as it is. Source: setfsuid(2).
  public func withFileAccess<Value, Failure: Error>(_ body: () throws(Failure) -> Value) throws(Failure) -> Value {
    guard geteuid() == 0, user != 0 else { return try body() }
    let (oldGroup, oldUser) = (setfsgid(group), setfsuid(user))
    defer {
      setfsuid(UInt32(bitPattern: oldUser))
      setfsgid(UInt32(bitPattern: oldGroup))
    }
    return try body()
  }
}
