import Foundation

/// Where the running program is, so that it finds what was installed with it.
public struct ProgramLocation: Sendable {
  /// The folder of the program, without links.
  public let folder: String
  /// The program itself, without links.
  public let path: String

  /// A program in this folder.
  public init(folder: String, name: String = "snap-proxy") {
    self.folder = folder
    path = "\(folder)/\(name)"
  }

  /// The running program, wherever the link to it is.
  public static var current: ProgramLocation {
    let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    return ProgramLocation(folder: program.deletingLastPathComponent().path, name: program.lastPathComponent)
  }

  /// The first of the paths, relative to the program's folder, that is a folder with such a file.
  public func folder(at paths: [String], holding file: String) -> String? {
    paths.lazy.map { URL(filePath: "\(folder)/\($0)").standardizedFileURL.path }.first {
      FileManager.default.fileExists(atPath: "\($0)/\(file)")
    }
  }
}
