import FileSupport
import Foundation
import Glibc
import ProcessTesting
import Testing

@Suite("New files") struct NewFileTests {
  private func mode(_ path: String) throws -> Int {
    try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
  }

  @Test("files and directories have the mode that was asked for") func modes() throws {
    let scratch = try ScratchDirectory()
    try NewFile.makeDirectory("\(scratch.path)/a/b", mode: 0o777)
    close(try NewFile.create("\(scratch.path)/a/b/file", mode: 0o666))
    // With the usual umask these would be 755 and 644.
    #expect(try mode("\(scratch.path)/a") == 0o777)
    #expect(try mode("\(scratch.path)/a/b") == 0o777)
    #expect(try mode("\(scratch.path)/a/b/file") == 0o666)
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
