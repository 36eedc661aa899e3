import Bundles
import CommandLineKit
import Foundation
import Reporting

/// The manual that goes into an offline package: what `scripts/manual` made.
struct ManualPages {
  /// Where `scripts/install` puts it, and beside a program that was just built.
  private static let paths = ["../share/snap-store/manual", "manual"]

  private let directory: String
  /// Relative to the directory.
  let pages: [String]

  /// Finds the manual; `nil` where none is installed with the program and none is named.
  /// - Throws: ``ManualError`` where the named directory holds none, or something that is no file.
  static func find(named directory: String?, with program: ProgramLocation = .current) throws -> ManualPages? {
    guard let found = directory ?? program.folder(at: paths, holding: "index.html") else { return nil }
    return try ManualPages(directory: found)
  }

  private init(directory: String) throws {
    let files = FileManager.default
    guard files.fileExists(atPath: "\(directory)/index.html") else { throw ManualError.noManual(directory) }
    self.directory = directory
    pages = try files.subpathsOfDirectory(atPath: directory).sorted().filter { path in
      switch try files.attributesOfItem(atPath: "\(directory)/\(path)")[.type] as? FileAttributeType {
      case .typeDirectory: return false
      case .typeRegular: return true
      default: throw ManualError.noFile("\(directory)/\(path)")
      }
    }
  }

  /// For the package, below `manual/`.
  var files: [OfflinePackage.File] { pages.map { .init("manual/\($0)", .file("\(directory)/\($0)")) } }
}

/// Why a directory is no manual.
enum ManualError: UserFacingError, Equatable {
  case noManual(String)
  case noFile(String)

  var kind: FailureKind {
    switch self {
    case .noManual: .notFound
    case .noFile: .usage
    }
  }
  var message: String {
    switch self {
    case .noManual(let directory): "cannot take the manual from \(directory): it has no index.html"
    case .noFile(let path): "cannot put \(path) into the offline package: it is a link or no regular file"
    }
  }
  var advice: String? { "make the manual with 'scripts/manual DIRECTORY', then name it with --manual DIRECTORY" }
}
