import FileSupport
import Foundation
import Glibc
import ProcessTesting
import Testing

@Suite("Small files in another user's directory") struct SmallFileTests {
  @Test("a regular file is read, a missing one is none, a large one is refused") func reads() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.path + "/file"
    #expect(try SmallFile.read(path, limit: 4) == nil)
    try "1234".write(toFile: path, atomically: false, encoding: .utf8)
    #expect(try SmallFile.read(path, limit: 4) == Array("1234".utf8))
    #expect(throws: SystemFailure(code: EFBIG)) { try SmallFile.read(path, limit: 3) }
  }

  @Test("links, pipes and directories are refused at once") func refuses() throws {
    let scratch = try ScratchDirectory()
    #expect(symlink("/etc/passwd", scratch.path + "/link") == 0)
    #expect(throws: SystemFailure(code: ELOOP)) { try SmallFile.read(scratch.path + "/link", limit: 1 << 20) }
    #expect(mkfifo(scratch.path + "/pipe", 0o600) == 0)
    #expect(throws: SystemFailure(code: EINVAL)) { try SmallFile.read(scratch.path + "/pipe", limit: 10) }
    #expect(throws: SystemFailure(code: EINVAL)) { try SmallFile.read(scratch.path, limit: 10) }
  }
}
