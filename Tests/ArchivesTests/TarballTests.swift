import Archives
import Foundation
import Reporting
import Testing

/// A folder that is gone after the test.
final class Folder {
  let path = FileManager.default.temporaryDirectory.appending(path: "archives-\(UUID().uuidString)")
    .path

  init() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Runs a shell command in the folder and gives what it printed.
  @discardableResult
  func shell(_ command: String) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-euc", command]
    process.currentDirectoryURL = URL(filePath: path)
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(command)")
    return String(decoding: data, as: UTF8.self)
  }
}

/// Reads an archive to its end.
func contents(of path: String) throws -> [String: [UInt8]] {
  var reader = try TarballReader(path: path)
  var found: [String: [UInt8]] = [:]
  while let member = try reader.next() { found[member.path] = try reader.readAll(limit: 10 << 20) }
  return found
}

@Suite("Tarball") struct TarballTests {
  private func write(_ path: String, _ members: [(String, [UInt8])]) throws {
    var writer = try TarballWriter(path: path, access: .umask)
    for (name, bytes) in members { try writer.add(name, bytes: bytes) }
    try writer.finish()
  }

  private let large = [UInt8](
    (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) })

  @Test("opens with GNU tar, owned by root, with time zero")
  func opensWithTar() throws {
    let folder = try Folder()
    try write(
      "\(folder.path)/a.tar.gz", [("manifest.json", Array("{}".utf8)), ("snaps/a_1.snap", large)])
    try folder.shell("tar xzf a.tar.gz")
    #expect(try Data(contentsOf: URL(filePath: "\(folder.path)/snaps/a_1.snap")) == Data(large))
    let list = try folder.shell(
      "TZ=UTC tar --numeric-owner -tvzf a.tar.gz | awk '{print $1, $2, $4, $6}'")
    #expect(
      list == "-rw-r--r-- 0/0 1970-01-01 manifest.json\n-rw-r--r-- 0/0 1970-01-01 snaps/a_1.snap\n")
  }

  @Test("has the same bytes for the same members")
  func reproducible() throws {
    let folder = try Folder()
    try write("\(folder.path)/a.tar.gz", [("x", large)])
    try write("\(folder.path)/b.tar.gz", [("x", large)])
    try folder.shell("cmp a.tar.gz b.tar.gz")
  }

  @Test("has its mode from the moment it exists", arguments: [(TarballWriter.Access.owner, 0o600), (.umask, 0o644)])
  func mode(_ access: TarballWriter.Access, _ mode: Int) throws {
    let folder = try Folder()
    let path = "\(folder.path)/a.tar.gz"
    var writer = try TarballWriter(path: path, access: access)
    let first = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    try writer.add("x", bytes: [1])
    try writer.finish()
    #expect(first == mode)
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == mode)
  }

  @Test("wraps bytes in stored blocks, or deflates them, as it is told") func compression() throws {
    let folder = try Folder()
    for (name, compression) in [("stored", TarballWriter.Compression.stored), ("deflated", .deflated)] {
      var writer = try TarballWriter(path: "\(folder.path)/\(name).tar.gz", access: .umask, compression: compression)
      try writer.add("x", bytes: [UInt8](repeating: 0, count: 1 << 20))
      try writer.finish()
    }
    let sizes = try folder.shell("stat --format=%s stored.tar.gz deflated.tar.gz").split(separator: "\n").compactMap {
      Int($0)
    }
    try #require(sizes.count == 2)
    #expect(sizes[0] > 1 << 20 && sizes[1] < 10_000, "\(sizes)")
    try folder.shell("cmp <(tar xzOf stored.tar.gz x) <(tar xzOf deflated.tar.gz x)")
  }

  @Test("reads what GNU tar wrote")
  func readsTar() throws {
    let folder = try Folder()
    try folder.shell(
      "mkdir d && seq 100000 > d/numbers && echo hello > d/hello && tar czf a.tar.gz d")
    let found = try contents(of: "\(folder.path)/a.tar.gz")
    #expect(found["d/hello"] == Array("hello\n".utf8))
    #expect(found["d/numbers"]?.count == 588_895)
  }

  @Test("leaves nothing behind when it is dropped or told a wrong length")
  func leavesNothing() throws {
    let folder = try Folder()
    let path = "\(folder.path)/a.tar.gz"
    #expect(throws: ArchiveError.wrongLength(member: "x", expected: 5, found: 3)) {
      var writer = try TarballWriter(path: path, access: .umask)
      try writer.add("x", size: 5) { write in
        try [UInt8](repeating: 1, count: 3).withUnsafeBytes { try write($0) }
      }
      try writer.finish()
    }
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test("says why when the disk is full")
  func fullDisk() throws {
    #expect {
      var writer = try TarballWriter(path: "/nowhere/at/all.tar.gz", access: .umask)
      try writer.add("x", bytes: [1])
    } throws: {
      ($0 as? ArchiveError)?.message
        == "cannot create /nowhere/at/all.tar.gz: No such file or directory"
    }
  }

  @Test("is damaged wherever it is cut off")
  func truncated() throws {
    let folder = try Folder()
    try write(
      "\(folder.path)/a.tar.gz", [("m", Array("hello".utf8)), ("x", Array(large.prefix(200_000)))])
    let whole = try Data(contentsOf: URL(filePath: "\(folder.path)/a.tar.gz"))
    for length in stride(from: 0, to: whole.count - 1100, by: 4_999) {
      let path = "\(folder.path)/cut"
      try whole.prefix(length).write(to: URL(filePath: path))
      #expect(throws: ArchiveError.self, "cut at \(length)") {
        let found = try contents(of: path)
        guard found.count == 2 else {
          throw ArchiveError.damaged(path: path, reason: "members are missing")
        }
      }
    }
  }

  @Test(
    "refuses members that would do harm",
    arguments: [
      ("t.add(member('../evil'), data())", "leads elsewhere"),
      ("t.add(member('/etc/passwd'), data())", "leads elsewhere"),
      ("t.add(member('a/../../b'), data())", "leads elsewhere"),
      ("t.add(member('a//b'), data())", "leads elsewhere"),
      ("t.add(member('na\\u00efve'), data())", "cannot"),
      ("t.add(member('link', tarfile.SYMTYPE, linkname='/etc/passwd'))", "is a link"),
      (
        "t.add(member('x'), data()); t.add(member('y', tarfile.LNKTYPE, linkname='x'))", "is a link"
      ),
      ("t.add(member('fifo', tarfile.FIFOTYPE))", "neither a file nor a folder"),
      ("t.add(member('dev', tarfile.CHRTYPE))", "neither a file nor a folder"),
      ("t.add(member('x'), data()); t.add(member('x'), data())", "is there twice"),
      ("t.add(huge('x'))", "cannot hold"),
      ("[t.add(member('m%d' % n), data()) for n in range(10002)]", "one too many"),
    ])
  func refuses(script: String, reason: String) throws {
    let folder = try Folder()
    let program = """
      import io, tarfile
      class T:
          def __init__(self): self.tar = tarfile.open('a.tar.gz', 'w:gz', compresslevel=1, format=tarfile.PAX_FORMAT)
          def add(self, info, file=None): self.tar.addfile(info, file)
      def data(): return io.BytesIO(b'data')
      def member(name, type=tarfile.REGTYPE, linkname=''):
          i = tarfile.TarInfo(name); i.type = type; i.linkname = linkname
          i.size = 4 if type == tarfile.REGTYPE else 0
          return i
      def huge(name):
          i = tarfile.TarInfo(name); i.size = 1 << 40
          return i
      t = T()
      \(script)
      t.tar.close()
      """
    try program.write(toFile: "\(folder.path)/make.py", atomically: true, encoding: .utf8)
    try folder.shell("python3 make.py")
    #expect {
      _ = try contents(of: "\(folder.path)/a.tar.gz")
    } throws: { error in
      let error = try #require(error as? ArchiveError)
      #expect(error.kind == .integrity)
      return error.message.contains(reason)
    }
  }
}
