import Foundation

/// The files of this package, as they lie on the disk.
struct SourceTree {
  struct File {
    /// Relative to the package, such as `Sources/Archives/TarballReader.swift`.
    let path: String
    let lines: [String]

    var target: String { String(path.split(separator: "/")[1]) }
    var folder: String { path.split(separator: "/").dropLast().joined(separator: "/") }
    var name: String { String((path.split(separator: "/").last ?? "").dropLast(".swift".count)) }

    /// The modules that the file imports.
    var imports: [String] {
      lines.compactMap { line in
        var words = line.split(separator: " ").filter { !$0.hasPrefix("@") }
        if let first = words.first, ["public", "package", "internal", "fileprivate", "private"].contains(first) {
          words.removeFirst()
        }
        guard words.first == "import", words.count > 1 else { return nil }
        let kinds = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
        let module = words.count > 2 && kinds.contains(String(words[1])) ? words[2] : words[1]
        return String(module.prefix { $0 != "." && $0 != ";" })
      }
    }
  }

  let files: [File]

  /// The package: above Tests, which is above ArchitectureTests.
  static let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// Reads every Swift file below a folder of the package.
  init(_ folder: String) throws {
    let root = Self.root
    let paths = try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: folder).path)
    files = try paths.filter { $0.hasSuffix(".swift") }.sorted().map { path in
      let text = try String(contentsOf: root.appending(path: "\(folder)/\(path)"), encoding: .utf8)
      return File(path: "\(folder)/\(path)", lines: text.components(separatedBy: "\n"))
    }
    // Otherwise every rule would hold.
    guard !files.isEmpty else { throw CocoaError(.fileReadNoSuchFile) }
  }
}
