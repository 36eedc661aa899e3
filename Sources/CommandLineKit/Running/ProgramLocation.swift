import Foundation

/// Where the running program is, so that it finds what was installed with it.
public struct ProgramLocation: Sendable {
  /// The folder of the program, without links.
  public let folder: String

  /// A program in this folder.
  public init(folder: String) { self.folder = folder }

  /// The running program, wherever the link to it is.
  public static var current: ProgramLocation {
    ProgramLocation(
      folder: URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path)
  }

  /// The first of the paths, relative to the program's folder, that is a folder with such a file.
  public func folder(at paths: [String], holding file: String) -> String? {
    paths.lazy.map { URL(filePath: "\(folder)/\($0)").standardizedFileURL.path }.first {
      FileManager.default.fileExists(atPath: "\($0)/\(file)")
    }
  }
}
