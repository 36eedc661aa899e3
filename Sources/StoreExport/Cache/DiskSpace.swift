import Foundation
public import Reporting

/// Whether what is to be written will fit, asked before anything is.
enum DiskSpace {
  /// - Parameter needs: Bytes by folder; folders of one file system share its space. They need not exist yet.
  /// - Throws: ``DiskSpaceError``.
  static func check(_ needs: [(folder: String, bytes: UInt64)]) throws(DiskSpaceError) {
    var wanted: [dev_t: (folder: String, bytes: UInt64)] = [:]
    for need in needs {
      let folder = existingAncestor(of: need.folder)
      var status = stat()
      guard stat(folder, &status) == 0 else { continue }
      Saturating.add(need.bytes, to: &wanted[status.st_dev, default: (need.folder, 0)].bytes)
    }
    for (_, need) in wanted {
      var system = statvfs()
      guard statvfs(existingAncestor(of: need.folder), &system) == 0 else { continue }
      let free = Saturating.product(UInt64(clamping: system.f_bavail), UInt64(clamping: system.f_frsize))
      guard need.bytes <= free else {
        throw DiskSpaceError(folder: need.folder, needed: need.bytes, free: free)
      }
    }
  }

  private static func existingAncestor(of folder: String) -> String {
    var url = URL(filePath: folder).standardizedFileURL
    while !FileManager.default.fileExists(atPath: url.path), url.path != "/" { url.deleteLastPathComponent() }
    return url.path
  }
}

/// A disk that is too full.
public struct DiskSpaceError: UserFacingError, Equatable {
  let folder: String
  let needed: UInt64
  let free: UInt64
  /// A matter of this machine.
  public var kind: FailureKind { .failed }
  /// Where, how much is wanted and how much there is.
  public var message: String {
    "cannot write to \(folder): \(Megabytes.needed(needed)) are needed, \(Megabytes.free(free)) are free"
  }
  /// What the user can do.
  public var advice: String? {
    "free some space there, or use another disk: --export-dir for tarballs, XDG_CACHE_HOME for the cache of downloads"
  }
}
