import FileSupport
import Foundation
import Glibc
import ProcessTesting
import Testing

@Suite("New files", .serialized) struct NewFileTests {
  private func mode(_ path: String) throws -> Int {
    try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
  }

  @Test("files and directories have the mode that was asked for, whatever the umask", arguments: [0o022, 0o077, 0o777])
  func modes(mask: mode_t) throws {
    let scratch = try ScratchDirectory()
    let old = umask(mask)
    defer { umask(old) }
    try NewFile.makeDirectory("\(scratch.path)/a/b", mode: 0o750)
    close(try NewFile.create("\(scratch.path)/a/b/file", mode: 0o640))
    #expect(try mode("\(scratch.path)/a") == 0o750)
    #expect(try mode("\(scratch.path)/a/b") == 0o750)
    #expect(try mode("\(scratch.path)/a/b/file") == 0o640)
  }

  @Test("an existing file is not replaced, and a link is not followed") func existing() throws {
    let scratch = try ScratchDirectory()
    let path = "\(scratch.path)/file"
    close(try NewFile.create(path, mode: 0o600))
    #expect(throws: SystemFailure(code: EEXIST)) { try NewFile.create(path, mode: 0o644) }
    #expect(symlink(path, "\(scratch.path)/link") == 0)
    #expect(throws: SystemFailure.self) { try NewFile.openOrCreate("\(scratch.path)/link", mode: 0o600) }
    close(try NewFile.openOrCreate(path, mode: 0o644))
    #expect(try mode(path) == 0o600)
  }

  @Test("a directory below a file is refused") func belowFile() throws {
    let scratch = try ScratchDirectory()
    close(try NewFile.create("\(scratch.path)/file", mode: 0o600))
    #expect(throws: SystemFailure.self) { try NewFile.makeDirectory("\(scratch.path)/file/x", mode: 0o700) }
    #expect(throws: SystemFailure(code: ENOTDIR)) { try NewFile.makeDirectory("\(scratch.path)/file", mode: 0o700) }
  }
}
