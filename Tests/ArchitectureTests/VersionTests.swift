import Foundation
import Reporting
import Testing

@Suite("Version") struct VersionTests {
  @Test("No file of the sources but one names the version") func oneConstant() throws {
    let naming = try SourceTree("Sources").files.filter { file in
      file.lines.contains { $0.contains("\"\(SoftwareVersion.current)\"") }
    }
    #expect(naming.map(\.path) == ["Sources/Reporting/SoftwareVersion.swift"])
  }

  @Test("Every OpenAPI file carries the version") func openAPI() throws {
    let folder = SourceTree.root.appending(path: "docs/reference")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }
    #expect(!names.isEmpty)
    for name in names {
      let lines = try String(contentsOf: folder.appending(path: name), encoding: .utf8).split(separator: "\n")
      let versions = lines.filter { $0.hasPrefix("  version:") }
      #expect(versions == ["  version: \(SoftwareVersion.current)"], "docs/reference/\(name)")
    }
  }
}
