import FileSupport
import Foundation
import Glibc
import ProcessTesting
import Testing

@Suite("Secret files") struct SecretFileTests {
  private func mode(_ path: String) throws -> Int {
    try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
  }

  @Test("are their owner's from their first moment on, also where an open one had the name") func modes() throws {
    let scratch = try ScratchDirectory()
    let path = "\(scratch.path)/key"
    try "old".write(toFile: path, atomically: false, encoding: .utf8)
    #expect(chmod(path, 0o666) == 0)
    let file = try OutputFile(replacing: path, mode: SecretFile.mode)
    // Nothing is written yet.
    #expect(try mode(path + ".partial") == 0o600)
    file.abandon()
    try SecretFile.replace(path, with: Array("secret".utf8))
    #expect(try mode(path) == 0o600)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "secret")
  }

  @Test("are not written through a file or a link that another user put in their way") func links() throws {
    let scratch = try ScratchDirectory()
    let (path, other) = ("\(scratch.path)/key", "\(scratch.path)/other")
    try "theirs".write(toFile: other, atomically: false, encoding: .utf8)
    #expect(symlink(other, path + ".partial") == 0)
    #expect(symlink(other, path) == 0)
    try SecretFile.replace(path, with: Array("secret".utf8))
    #expect(try String(contentsOfFile: other, encoding: .utf8) == "theirs")
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType == .typeRegular)
  }

  @Test("stand in directories of their owner") func directories() throws {
    let scratch = try ScratchDirectory()
    try SecretFile.makeDirectory("\(scratch.path)/a/b")
    #expect(try mode("\(scratch.path)/a") == 0o700)
    #expect(try mode("\(scratch.path)/a/b") == 0o700)
    let (one, two) = (
      try SecretFile.makeTemporaryDirectory("\(scratch.path)/x-"),
      try SecretFile.makeTemporaryDirectory("\(scratch.path)/x-")
    )
    #expect(one != two)
    #expect(try mode(one) == 0o700)
  }

  @Test("open files and directories are narrowed, closed ones are not opened, and links are not followed")
  func narrows() throws {
    let scratch = try ScratchDirectory()
    let path = "\(scratch.path)/directory"
    try NewFile.makeDirectory(path, mode: 0o755)
    try NewFile.narrow(path, to: 0o750)
    #expect(try mode(path) == 0o750)
    #expect(chmod(path, 0o700) == 0)
    try NewFile.narrow(path, to: 0o750)
    #expect(try mode(path) == 0o700)
    #expect(symlink(path, path + ".link") == 0)
    #expect(throws: SystemFailure.self) { try NewFile.narrow(path + ".link", to: 0) }
    #expect(throws: SystemFailure(code: ENOENT)) { try NewFile.narrow(path + ".none", to: 0) }
  }

  @Test("room that does not exist is refused before anything is written; what was reserved and not used is given back")
  func reserves() throws {
    let scratch = try ScratchDirectory()
    let path = "\(scratch.path)/file"
    let file = try OutputFile(replacing: path, mode: SecretFile.mode)
    try file.reserve(1 << 20)
    try file.write(Array("x".utf8))
    try file.commit()
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int == 1)
    let large = try OutputFile(replacing: path, mode: SecretFile.mode)
    #expect(throws: OutputFileError.self) { try large.reserve(.max) }
    #expect(throws: OutputFileError.self) { try large.reserve(1 << 60) }
    large.abandon()
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["file"])
  }
}
