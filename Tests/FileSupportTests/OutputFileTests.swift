import FileSupport
import Foundation
import Glibc
import ProcessTesting
import Testing

@Suite("Files that the user names") struct OutputFileTests {
  @Test("a written file replaces the old one at once", arguments: [false, true])
  func replaces(delegating: Bool) throws {
    let scratch = try ScratchDirectory()
    let path = "\(scratch.path)/a file"
    try "old".write(toFile: path, atomically: false, encoding: .utf8)
    let file = try OutputFile(replacing: path, mode: 0o600, delegating: delegating)
    try file.write(Array("new".utf8))
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
    try file.commit()
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["a file"])
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
  }

  @Test(
    "a file that another command is writing is refused, and what a killed command left is not",
    arguments: [false, true])
  func twoWriters(delegating: Bool) throws {
    let scratch = try ScratchDirectory()
    let path = "\(scratch.path)/file"
    try "left".write(toFile: path + ".partial", atomically: false, encoding: .utf8)
    let first = try OutputFile(replacing: path, mode: 0o600, delegating: delegating)
    let error = #expect(throws: OutputFileError.self) { try OutputFile(replacing: path, mode: 0o600) }
    #expect(error?.failure == SystemFailure(code: EBUSY))
    #expect(error?.message == "cannot write \(path): another command is writing it")
    try first.write(Array("first".utf8))
    try first.commit()
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "first")
  }

  @Test("a file that is given up leaves nothing behind", arguments: [false, true])
  func abandons(delegating: Bool) throws {
    let scratch = try ScratchDirectory()
    do {
      let file = try OutputFile(replacing: "\(scratch.path)/file", mode: 0o600, delegating: delegating)
      try file.write(Array("half".utf8))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).isEmpty)
  }

  @Test("a directory, a device and a folder that is missing are refused", arguments: ["", "/nowhere/file"])
  func refuses(path: String) throws {
    let scratch = try ScratchDirectory()
    let error = #expect(throws: OutputFileError.self) {
      try OutputFile(replacing: path.isEmpty ? scratch.path : path, mode: 0o600)
    }
    #expect(error?.message.hasPrefix("cannot write ") == true)
  }

  @Test("an opened file is read from its beginning each time, also after its name is gone") func input() throws {
    let scratch = try ScratchDirectory()
    let path = "\(scratch.path)/file"
    try "content".write(toFile: path, atomically: false, encoding: .utf8)
    let file = try InputFile.opening(path)
    try FileManager.default.removeItem(atPath: path)
    for _ in 0..<2 { #expect(try file.contents(limit: 100) == Array("content".utf8)) }
    #expect(try file.contents(limit: 3) == Array("cont".utf8))
    #expect(throws: InputFileError(path: path, failure: SystemFailure(code: ENOENT))) {
      try InputFile(path).contents(limit: 1)
    }
    #expect(throws: InputFileError(path: scratch.path, failure: SystemFailure(code: EISDIR))) {
      try InputFile.opening(scratch.path)
    }
  }
}
