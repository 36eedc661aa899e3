import Foundation

/// Where the tarballs of one export go. Each is written aside and gets its name only when it is whole.
final class ExportFolder: Sendable {
  private static let prefix = ".store-admin-export-"

  private let path: String
  private let now: Date
  /// Locked as long as the export runs, so that others know what a killed one has left behind.
  private let scratch: CacheFile

  /// - Throws: ``CacheError``.
  init(path: String, now: Date) throws(CacheError) {
    self.path = path
    self.now = now
    do { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
      throw CacheError(doing: "make the folder \(path)", reason: lastSystemError())
    }
    Self.sweep(path)
    // Another export may take a folder that is not locked yet for one that was left behind.
    for _ in 0..<10 {
      let aside = "\(path)/\(Self.prefix)\(UUID().uuidString.lowercased())"
      guard mkdir(aside, 0o700) == 0 else { break }
      let descriptor = open(aside, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard descriptor >= 0 else { continue }
      let folder = CacheFile(descriptor: descriptor, path: aside)
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, folder.isStillThere else { continue }
      scratch = folder
      return
    }
    throw CacheError(doing: "write to \(path)", reason: lastSystemError())
  }

  /// Removes what is aside. To be called when nothing is written any more.
  func close() { try? FileManager.default.removeItem(atPath: scratch.path) }

  /// Has a tarball written, then gives it its name: `<name>-<YYYYMMDDTHHMMSS>.tar.gz`, in UTC.
  func place(_ name: String, write: (_ path: String) throws -> Void) throws -> (path: String, bytes: UInt64) {
    let aside = "\(scratch.path)/\(name).tar.gz"
    defer { unlink(aside) }
    try write(aside)
    var status = stat()
    guard stat(aside, &status) == 0 else { throw CacheError(doing: "write \(aside)", reason: lastSystemError()) }
    // Another export of the same second may have taken the name.
    for second in 0..<100 {
      let target = "\(path)/\(name)-\(Self.stamp(now.addingTimeInterval(Double(second)))).tar.gz"
      if Self.giveName(target, to: aside) {
        syncFolder()
        return (target, UInt64(max(0, status.st_size)))
      }
      guard errno == EEXIST else { throw CacheError(doing: "write \(target)", reason: lastSystemError()) }
    }
    throw CacheError(doing: "write to \(path)", reason: "there is no free name for \(name)")
  }

  /// Gives a file a name that nobody has. Not every file system, such as that of most USB sticks, can do so in one step.
  private static func giveName(_ target: String, to aside: String) -> Bool {
    if link(aside, target) == 0 { return true }
    guard [EPERM, EOPNOTSUPP, ENOSYS, EMLINK].contains(errno) else { return false }
    if access(target, F_OK) == 0 {
      errno = EEXIST
      return false
    }
    return rename(aside, target) == 0
  }

  private func syncFolder() {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    Glibc.close(descriptor)
  }

  /// Removes what killed exports have left.
  private static func sweep(_ path: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    for name in names where name.hasPrefix(prefix) {
      let descriptor = open("\(path)/\(name)", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      guard descriptor >= 0 else { continue }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { try? FileManager.default.removeItem(atPath: "\(path)/\(name)") }
      Glibc.close(descriptor)
    }
  }

  static func stamp(_ date: Date) -> String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(secondsFromGMT: 0)
    formatter.dateFormat = "yyyyMMdd'T'HHmmss"
    return formatter.string(from: date)
  }
}
