import CommandLineKit
import Foundation
import ProcessTesting
import Testing

@testable import StoreAdminCommands

@Suite("The manual of an offline package") struct ManualPagesTests {
  private let folder: ScratchDirectory

  init() throws { folder = try ScratchDirectory() }

  private func write(_ paths: String...) throws {
    for path in paths {
      let url = URL(filePath: "\(folder.path)/\(path)")
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try path.write(to: url, atomically: true, encoding: .utf8)
    }
  }

  @Test("is the one that is installed with the program, or stands beside it; else there is none")
  func places() throws {
    let program = ProgramLocation(folder: folder.path + "/bin")
    #expect(try ManualPages.find(named: nil, with: program) == nil)
    try write("bin/manual/index.html")
    #expect(try ManualPages.find(named: nil, with: program)?.pages == ["index.html"])
    try write("share/snap-store/manual/index.html", "share/snap-store/manual/how-to/x.html")
    #expect(
      try ManualPages.find(named: nil, with: program)?.pages
        == ["how-to/x.html", "index.html"])
  }

  @Test("is the named one, and nothing but one") func named() throws {
    try write("mine/index.html", "mine/manual.css")
    let mine = try ManualPages.find(named: folder.path + "/mine", with: ProgramLocation(folder: folder.path))
    #expect(mine?.pages == ["index.html", "manual.css"])
    #expect(throws: ManualError.noManual(folder.path)) { try ManualPages.find(named: folder.path) }
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/mine/link", withDestinationPath: "/etc/hostname")
    #expect(throws: ManualError.noFile(folder.path + "/mine/link")) {
      try ManualPages.find(named: folder.path + "/mine")
    }
  }
}
