import CommandLineKit
import Foundation
import ProcessTesting
import Testing

@testable import SnapProxyCommands

@Suite("The manual that the server shows") struct ManualDirectoryTests {
  @Test(
    "is where install.sh or scripts/install puts it, or beside a program that was just built",
    arguments: [
      ("lib/snap-proxy", "share/snap-proxy/manual"), ("bin", "share/snap-store/manual"), ("debug", "debug/manual"),
    ])
  func places(program: String, manual: String) throws {
    let folder = try ScratchDirectory()
    let location = ProgramLocation(folder: "\(folder.path)/\(program)")
    #expect(ManualDirectory.find(with: location) == nil)
    try FileManager.default.createDirectory(atPath: "\(folder.path)/\(manual)", withIntermediateDirectories: true)
    try "x".write(toFile: "\(folder.path)/\(manual)/index.html", atomically: true, encoding: .utf8)
    #expect(ManualDirectory.find(with: location) == "\(folder.path)/\(manual)")
  }
}
