import Archives
import Foundation
import Reporting
import Testing

/// The frame around the tar: RFC 1952.
@Suite("Gzip") struct GzipTests {
  private let folder: Folder
  private let whole: Data

  init() throws {
    folder = try Folder()
    let contents = (0..<50_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
    var writer = try TarballWriter(path: folder.path + "/whole.tar.gz", access: .owner)
    try writer.add("manifest.json", bytes: Array("{}".utf8))
    try writer.add("x", bytes: contents)
    try writer.finish()
    whole = try Data(contentsOf: URL(filePath: folder.path + "/whole.tar.gz"))
  }

  private func refusal(_ bytes: Data) throws -> ArchiveError? {
    let path = folder.path + "/changed.tar.gz"
    try bytes.write(to: URL(filePath: path))
    do {
      _ = try contents(of: path)
      return nil
    } catch let error as ArchiveError { return error }
  }

  @Test("a file is whole only with its checksum and its length") func trailer() throws {
    #expect(try refusal(whole) == nil)
    for position in whole.count - 8..<whole.count {
      var changed = whole
      changed[position] ^= 1
      let what = position < whole.count - 4 ? "checksum" : "length"
      #expect(try refusal(changed)?.message.contains("its \(what) does not match") == true, "at \(position)")
    }
    for count in 1...20 {
      #expect(try refusal(whole.dropLast(count))?.message.contains("it was cut off") == true, "without \(count)")
    }
  }

  @Test("nothing may follow the end: no byte, no second file, no member behind the last") func behindTheEnd() throws {
    for rest in [Data([0]), Data("x".utf8), whole] {
      #expect(try refusal(whole + rest)?.message.contains("extra bytes follow the end") == true)
    }
    try folder.shell(
      "gunzip -c whole.tar.gz > a.tar; head -c 20000 /dev/zero | tr '\\0' x >> a.tar; gzip -c a.tar > behind.tar.gz")
    let error = try refusal(Data(contentsOf: URL(filePath: folder.path + "/behind.tar.gz")))
    #expect(error?.message.contains("extra bytes follow its last member") == true)
    // GNU tar fills its last record with zeros.
    try folder.shell("echo x > x; tar --record-size=512K -czf padded.tar.gz x")
    #expect(try refusal(Data(contentsOf: URL(filePath: folder.path + "/padded.tar.gz"))) == nil)
  }

  @Test("any bit that is flipped is found, but for those of gzip's header that say nothing") func everyBit() throws {
    for position in Array(0..<600) + stride(from: 600, to: whole.count, by: 97) {
      var changed = whole
      changed[position] ^= 1 << UInt8(position % 8)
      // Time, hints and system: RFC 1952, section 2.3.1.
      guard !(4..<10).contains(position) else { continue }
      #expect(try refusal(changed)?.kind == .integrity, "at \(position)")
    }
  }

  @Test(
    "what is no tarball is called so, with what it is",
    arguments: [
      (Data(), "it is empty"), (Data("hello\n".utf8), "not compressed with gzip"), (Data([0x1f]), "not compressed"),
      (Data("PK\u{3}\u{4}".utf8), "not compressed with gzip"),
    ])
  func another(bytes: Data, reason: String) throws {
    let error = try #require(try refusal(bytes))
    #expect(error.message.contains("it is not a tarball") && error.message.contains(reason), "\(error.message)")
    #expect(error.advice?.contains("store-admin export") == true)
  }

  @Test("what gzip compressed and is no tar archive is called so") func noTar() throws {
    try folder.shell("seq 100000 | gzip > text.gz; gunzip -c whole.tar.gz > plain.tar; gzip < /dev/null > nothing.gz")
    let text = try refusal(Data(contentsOf: URL(filePath: folder.path + "/text.gz")))
    #expect(text?.message.contains("the gzip data is not a tar archive") == true, "\(String(describing: text))")
    let plain = try refusal(Data(contentsOf: URL(filePath: folder.path + "/plain.tar")))
    #expect(plain?.message.contains("not compressed with gzip") == true)
  }

  @Test("a tarball has the same bytes, however its contents arrive") func sameBytes() throws {
    let contents = (0..<3_300_001).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
    var files: [Data] = []
    for (number, pieces) in [[contents.count], [1], [1 << 20], [65_536, 1, 4095], [(1 << 20) + 1, 7]].enumerated() {
      let path = folder.path + "/\(number).tar.gz"
      var writer = try TarballWriter(path: path, access: .owner)
      try writer.add("first", bytes: [1, 2, 3])
      try writer.add("x", size: UInt64(contents.count)) { write in
        var (position, turn) = (0, 0)
        while position < contents.count {
          // One byte at a time only where it matters: around the places where pieces end.
          let count = pieces == [1] && position % (1 << 20) > 3 ? (1 << 20) - 3 : pieces[turn % pieces.count]
          let end = min(contents.count, position + count)
          try contents[position..<end].withUnsafeBytes { try write($0) }
          (position, turn) = (end, turn + 1)
        }
      }
      try writer.add("last", bytes: [4])
      try writer.finish()
      files.append(try Data(contentsOf: URL(filePath: path)))
    }
    #expect(Set(files).count == 1)
  }
}
