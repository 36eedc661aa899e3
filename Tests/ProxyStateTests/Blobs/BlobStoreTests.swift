import Cryptography
import Foundation
import Glibc
import PostgreSQL
import PostgreSQLTesting
import ProcessTesting
import ProxyState
import Reporting
import Testing

@Suite("Blob store") struct BlobStoreTests {
  @Test("a committed file stands under the digest of its content, as another program computes it")
  func address() throws {
    let files = try TemporaryDirectory()
    let store = BlobStore(directory: files.path + "/blobs")
    let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    var writer = try store.newBlob()
    for start in stride(from: 0, to: bytes.count, by: 70_000) {
      try bytes[start..<min(start + 70_000, bytes.count)].withUnsafeBytes { try writer.write($0) }
    }
    #expect(writer.count == 300_000)
    let digest = SHA3Digest.of(bytes)
    try writer.commit(as: digest)
    #expect(store.size(of: digest) == 300_000)
    let path = store.path(of: digest)
    #expect(path == "\(files.path)/blobs/sha3-384/\(digest.hex.prefix(2))/\(digest.hex)")
    #expect(try Shell.run(["openssl", "dgst", "-sha3-384", "-r", path]).hasPrefix(digest.hex))
    #expect(try store.all().map(\.digest) == [digest])
  }

  @Test("files and folders are the owner's and the group's, and folders that an older version left open are closed")
  func modes() async throws {
    let files = try TemporaryDirectory()
    let store = BlobStore(directory: files.path + "/blobs")
    func mode(_ path: String) throws -> Int? {
      try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
    let writer = try store.newBlob()
    let digest = SHA3Digest.of([])
    try writer.commit(as: digest)
    #expect(try mode(store.path(of: digest)) == 0o640)
    for folder in ["/blobs", "/blobs/incoming", "/blobs/sha3-384"] {
      #expect(try mode(files.path + folder) == 0o750)
    }
    // One closed folder keeps other users from all below it, so that thousands of files cost nothing at a start.
    #expect(chmod(store.directory, 0o755) == 0)
    let database = try await TestDatabase.make()
    let opened = try await ProxyStore.open(
      StateDirectory(path: files.path), database: ConnectionPool(database.connectionString))
    await opened.close()
    #expect(try mode(store.directory) == 0o750)
  }

  @Test("what does not fit is refused with what is needed in all, and why") func spaceMessage() throws {
    let error = BlobStoreError.notEnoughSpace(
      directory: "/srv/blobs", needed: 60_000_000, reserve: BlobStore.reserve, free: 94_900_000)
    #expect(
      error.message
        == "cannot store 60 MB in /srv/blobs: 124 MB are needed (60 MB for the files, and 64 MB stay free for the database), "
        + "94 MB are free")
    let overflow = BlobStoreError.notEnoughSpace(directory: "/x", needed: .max, reserve: BlobStore.reserve, free: 0)
    #expect(overflow.message.contains("18446744073710 MB are needed"))
  }

  @Test("a file that was given up, or whose writer was dropped, leaves nothing")
  func abandoned() throws {
    let files = try TemporaryDirectory()
    let store = BlobStore(directory: files.path)
    do {
      var writer = try store.newBlob()
      try Array("x".utf8).withUnsafeBytes { try writer.write($0) }
      writer.abandon()
      _ = try store.newBlob()
    }
    #expect(try store.all().isEmpty)
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(files.path)/incoming").isEmpty)
  }

  @Test("files that were written together appear together, and those that were dropped leave nothing")
  func together() throws {
    let files = try TemporaryDirectory()
    let store = BlobStore(directory: files.path)
    func written(_ text: String) throws -> WrittenBlob {
      var writer = try store.newBlob()
      try Array(text.utf8).withUnsafeBytes { try writer.write($0) }
      return writer.written(as: SHA3Digest.of(Array(text.utf8)))
    }
    do {
      let some = try (1...20).map { try written("file \($0)") } + [written("file 1")]
      _ = try written("dropped")
      #expect(try store.all().isEmpty)
      try store.settle(some)
    }
    let texts = try store.all().map { try String(contentsOfFile: store.path(of: $0.digest), encoding: .utf8) }
    #expect(Set(texts) == Set((1...20).map { "file \($0)" }))
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(files.path)/incoming").isEmpty)
  }

  @Test("a file appears at the commit, not before, and writing it again does no harm")
  func appears() throws {
    let files = try TemporaryDirectory()
    let store = BlobStore(directory: files.path)
    let digest = SHA3Digest.of(Array("same".utf8))
    for _ in 0..<2 {
      var writer = try store.newBlob()
      try Array("same".utf8).withUnsafeBytes { try writer.write($0) }
      try writer.commit(as: digest)
      #expect(store.contains(digest))
    }
    #expect(try store.all().count == 1)
  }

  @Test("many writers of one content at once leave one whole file")
  func concurrent() async throws {
    let files = try TemporaryDirectory()
    let store = BlobStore(directory: files.path)
    let bytes = [UInt8](repeating: 7, count: 100_000)
    let digest = SHA3Digest.of(bytes)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          var writer = try store.newBlob()
          try bytes.withUnsafeBytes { try writer.write($0) }
          try writer.commit(as: digest)
        }
      }
      try await group.waitForAll()
    }
    #expect(try store.all().map(\.size) == [100_000])
  }

  @Test("too little space is told before anything is written")
  func space() throws {
    let files = try TemporaryDirectory()
    let store = BlobStore(directory: files.path)
    #expect(try store.freeSpace() > 0)
    try store.requireSpace(1)
    for needed in [UInt64.max, 1 << 60] {
      let error = #expect(throws: BlobStoreError.self) { try store.requireSpace(needed) }
      #expect(error?.message.contains("MB are free") == true)
    }
  }

  @Test("a full disk is an error, and nothing stays")
  func full() throws {
    guard geteuid() == 0 else { return }
    let files = try TemporaryDirectory()
    guard (try? Shell.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", files.path])) != nil else { return }
    defer { _ = try? Shell.run(["umount", files.path]) }
    let store = BlobStore(directory: files.path)
    do {
      var writer = try store.newBlob()
      let bytes = [UInt8](repeating: 1, count: 1 << 20)
      let error = #expect(throws: BlobStoreError.self) { try bytes.withUnsafeBytes { try writer.write($0) } }
      #expect(error?.message.contains("No space left") == true)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(files.path)/incoming").isEmpty)
  }

  @Test(
    "keeps every byte, whatever pieces they come in",
    arguments: [
      [1 << 20], [1 << 20, 1 << 20, 5], [3, 1 << 20], [1 << 20, 4096, 1 << 21, 1, 1 << 20], [2_000_000, 4096],
    ])
  func pieces(sizes: [Int]) throws {
    let files = try TemporaryDirectory()
    let store = BlobStore(directory: files.path)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 21, alignment: 4096)
    defer { buffer.deallocate() }
    var expected: [UInt8] = []
    var writer = try store.newBlob()
    for (round, size) in sizes.enumerated() {
      for index in 0..<size { buffer[index] = UInt8(truncatingIfNeeded: index &* 31 &+ round) }
      let piece = UnsafeRawBufferPointer(rebasing: buffer[..<size])
      try writer.write(piece)
      expected += piece
    }
    let digest = SHA3Digest.of(expected)
    #expect(writer.count == UInt64(expected.count))
    try writer.commit(as: digest)
    #expect(FileManager.default.contents(atPath: store.path(of: digest)) == Data(expected))
  }
}
