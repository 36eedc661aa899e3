import Bundles
import Cryptography
import FileSupport
import Foundation
import Reporting

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
    do throws(SystemFailure) { try SecretFile.makeDirectory(path) } catch {
      throw CacheError(doing: "make the folder \(path)", reason: error.reason)
    }
    Self.sweep(path)
    // Another export may take a folder that is not locked yet for one that was left behind.
    for _ in 0..<10 {
      let aside = "\(path)/\(Self.prefix)\(UUID().uuidString.lowercased())"
      do throws(SystemFailure) { try SecretFile.makeDirectory(aside) } catch {
        throw CacheError(doing: "write to \(path)", reason: error.reason)
      }
      let descriptor = open(aside, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard descriptor >= 0 else { continue }
      let folder = CacheFile(descriptor: descriptor, path: aside)
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, folder.isStillThere else { continue }
      scratch = folder
      return
    }
    throw CacheError(doing: "write to \(path)", reason: lastSystemError())
  }

  /// Finds out whether tarballs can be written, before anything is asked of anyone.
  /// - Throws: ``CacheError``.
  static func require(_ path: String, now: Date = Date()) throws(CacheError) {
    try ExportFolder(path: path, now: now).close()
  }

  /// Removes what is aside. To be called when nothing is written any more.
  func close() { try? FileManager.default.removeItem(atPath: scratch.path) }

  /// Has the tarballs of one bundle written, then gives them their names: `<name>-<YYYYMMDDTHHMMSS>.tar.gz`, in UTC, and
  /// `<name>-<YYYYMMDDTHHMMSS>-vol1of3.tar.gz` where there are several.
  /// - Parameter write: Called for one after the other; returns the digest of the manifest.
  func place(
    _ name: String, volumes: [BundleVolume?] = [nil], write: (_ index: Int, _ path: String) throws -> SHA256Digest
  ) throws -> ExportRun.PlacedTarball {
    let asides = volumes.indices.map { "\(scratch.path)/\(name)-\($0).tar.gz" }
    defer { for aside in asides { unlink(aside) } }
    var bytes: UInt64 = 0
    var manifests: [SHA256Digest] = []
    for (index, aside) in asides.enumerated() {
      manifests.append(try write(index, aside))
      var status = stat()
      guard stat(aside, &status) == 0 else { throw CacheError(doing: "write \(aside)", reason: lastSystemError()) }
      Saturating.add(UInt64(clamping: status.st_size), to: &bytes)
    }
    // Another export of the same second may have taken a name.
    for second in 0..<100 {
      let stamped = "\(path)/\(name)-\(Self.stamp(now.addingTimeInterval(Double(second))))"
      let targets = volumes.map { stamped + Self.suffix($0) }
      if try Self.giveNames(targets, to: asides) {
        syncFolder()
        return ExportRun.PlacedTarball(paths: targets, manifests: manifests, bytes: bytes)
      }
    }
    throw CacheError(doing: "write to \(path)", reason: "there is no free name for \(name)")
  }

  /// Numbers of one length, so that names sort as volumes do.
  private static func suffix(_ volume: BundleVolume?) -> String {
    guard let volume else { return ".tar.gz" }
    let count = String(volume.count)
    let zeros = String(repeating: "0", count: count.count)
    return "-vol\("\(zeros)\(volume.number)".suffix(count.count))of\(count).tar.gz"
  }

  /// All or none.
  /// - Returns: Whether all names were free.
  private static func giveNames(_ targets: [String], to asides: [String]) throws(CacheError) -> Bool {
    for (index, target) in targets.enumerated() where !giveName(target, to: asides[index]) {
      let (isTaken, reason) = (errno == EEXIST, lastSystemError())
      for (given, aside) in zip(targets, asides).prefix(index) {
        // A name that was given as a second one: rename(2) does nothing with two names of one file.
        if access(aside, F_OK) == 0 { unlink(given) } else { rename(given, aside) }
      }
      guard isTaken else { throw CacheError(doing: "write \(target)", reason: reason) }
      return false
    }
    return true
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
