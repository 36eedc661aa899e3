import CommandLineKit
import Foundation
import Testing

@Suite("Where a program is") struct ProgramLocationTests {
  @Test("gives the first folder that holds the file, beside the program and above it")
  func folders() throws {
    let root = FileManager.default.temporaryDirectory.appending(path: "location-\(UUID())")
    defer { try? FileManager.default.removeItem(at: root) }
    for path in ["lib/program/manual", "share/program/manual", "lib/program/empty"] {
      try FileManager.default.createDirectory(at: root.appending(path: path), withIntermediateDirectories: true)
    }
    let program = ProgramLocation(folder: root.appending(path: "lib/program").path)
    let paths = ["../../share/program/manual", "empty", "manual"]
    #expect(program.folder(at: paths, holding: "index.html") == nil)
    try "x".write(to: root.appending(path: "lib/program/manual/index.html"), atomically: true, encoding: .utf8)
    #expect(program.folder(at: paths, holding: "index.html") == root.appending(path: "lib/program/manual").path)
    try "x".write(to: root.appending(path: "share/program/manual/index.html"), atomically: true, encoding: .utf8)
    #expect(program.folder(at: paths, holding: "index.html") == root.appending(path: "share/program/manual").path)
  }

  @Test("is where its file is, whatever link started it") func current() {
    #expect(FileManager.default.fileExists(atPath: ProgramLocation.current.folder))
    #expect(ProgramLocation.current.folder == (try? realFolder()))
  }

  private func realFolder() throws -> String {
    let target = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return URL(filePath: target).deletingLastPathComponent().path
  }
}
