import Cryptography
import Foundation
import ProxyState
import Testing

@Suite("Kept downloads") struct DownloadStoreTests {
  private let folder: TemporaryDirectory
  private var store: DownloadStore { DownloadStore(directory: folder.path + "/cache") }

  init() throws { folder = try TemporaryDirectory() }

  @discardableResult
  private func keep(_ text: String, capacity: Int) async throws -> SHA3Digest? {
    let bytes = Array(text.utf8)
    let digest = SHA3Digest.of(bytes)
    guard let file = try store.begin(digest, size: bytes.count, capacity: capacity) else { return nil }
    try bytes.withUnsafeBytes { try file.write($0, at: 0) }
    try file.commit()
    return digest
  }

  private func isHere(_ digest: SHA3Digest?) -> Bool {
    digest.map { FileManager.default.fileExists(atPath: store.path(of: $0)) } ?? false
  }

  /// Makes a file look as if it was used so many seconds ago.
  private func age(_ digest: SHA3Digest?, by seconds: Int) throws {
    let path = store.path(of: try #require(digest))
    var times = [timeval(tv_sec: time(nil) - seconds, tv_usec: 0), timeval(tv_sec: time(nil) - seconds, tv_usec: 0)]
    #expect(utimes(path, &times) == 0)
  }

  @Test("that were not used for longest make room, and the limit holds")
  func eviction() async throws {
    let (first, second) = (try await keep("aaaa", capacity: 10), try await keep("bbbb", capacity: 10))
    try age(first, by: 100)
    try age(second, by: 50)
    store.touch(try #require(first))
    let third = try await keep("cccc", capacity: 10)
    #expect(isHere(first) && !isHere(second) && isHere(third))
    #expect(try store.usage().bytes == 8)
    #expect(try await keep("too large for it", capacity: 10) == nil)
    #expect(try await keep("x", capacity: 0) == nil)
    #expect(isHere(first) && isHere(third), "what cannot be kept drives nothing out")
  }

  @Test("count with their full length while they arrive, and are gone when that was given up")
  func unfinished() async throws {
    let digest = SHA3Digest.of(Array("later".utf8))
    var file = try store.begin(digest, size: 8, capacity: 10)
    #expect(file != nil)
    let usage = try store.usage()
    #expect(usage.files == 0 && usage.bytes == 8 && usage.unfinished == 1)
    #expect(try await keep("four", capacity: 10) == nil, "what arrives is not driven out")
    file = nil
    #expect(try store.usage().unfinished == 0)
    #expect(try await keep("four", capacity: 10) != nil)
    #expect(!isHere(digest))
  }

  @Test("of a program that died are removed, those of one that lives are not")
  func abandoned() async throws {
    let kept = try await keep("kept", capacity: 100)
    let alive = try store.begin(SHA3Digest.of([1]), size: 5, capacity: 100)
    let dead = store.path(of: SHA3Digest.of([2])) + ".dead.partial"
    _ = FileManager.default.createFile(atPath: dead, contents: Data(count: 50))
    #expect(try await keep("next", capacity: 100) != nil)
    #expect(!FileManager.default.fileExists(atPath: dead))
    #expect(try store.usage().unfinished == 1)
    // Another program, after a restart, finds what was whole.
    #expect(
      FileManager.default.fileExists(
        atPath: DownloadStore(directory: folder.path + "/cache").path(of: try #require(kept))))
    let removed = try await store.clear()
    #expect(removed.files == 2)
    #expect(try store.usage().unfinished == 1)
    _ = alive
  }

  @Test("a limit that was lowered holds at once; a folder that cannot be made is an error")
  func shrink() async throws {
    try await keep("aaaa", capacity: 100)
    try await keep("bbbb", capacity: 100)
    try await store.shrink(to: 4)
    #expect(try store.usage().bytes == 4)
    _ = FileManager.default.createFile(atPath: folder.path + "/file", contents: Data())
    let broken = DownloadStore(directory: folder.path + "/file/below")
    #expect(throws: DownloadStoreError.self) {
      _ = try broken.begin(SHA3Digest.of([1]), size: 1, capacity: 10)
    }
  }
}
