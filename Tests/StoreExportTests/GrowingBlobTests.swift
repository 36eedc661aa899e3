import Bundles
import Cryptography
import Foundation
import Testing

@testable import StoreExport

/// Bytes of which no two places look the same.
func numbered(_ count: Int) -> [UInt8] {
  var bytes: [UInt8] = []
  bytes.reserveCapacity(count + 8)
  var number: UInt64 = 1
  while bytes.count < count {
    number = number &* 6_364_136_223_846_793_005 &+ 1
    withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) }
  }
  return Array(bytes.prefix(count))
}

@Suite("The cache") struct BlobCacheTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "cache-\(UUID().uuidString)").path
  private let content = numbered(3_000_000)

  private func read(_ blob: GrowingBlob) async throws -> [UInt8] {
    try await onThread("reader") {
      var bytes: [UInt8] = []
      try blob.forEachChunk { bytes += $0 }
      return bytes
    }
  }

  @Test("a file is filled by one at a time, and becomes whole in one step") func partial() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let cache = BlobCache(directory: folder)
    let digest = SHA3Digest.of(content)
    guard case .partial(let file) = try cache.open(digest) else { throw CacheError(doing: "open", reason: "") }
    guard case .busy = try cache.open(digest) else { throw CacheError(doing: "lock", reason: "") }
    try content.withUnsafeBytes { try file.write($0, at: 0) }
    #expect(cache.bytesAtHand(of: digest) == 3_000_000)
    try cache.commit(file, as: digest)
    guard case .whole(let whole) = try cache.open(digest) else { throw CacheError(doing: "find", reason: "") }
    #expect(whole.size == 3_000_000)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder + "/sha3-384/\(digest.hex.prefix(2))") == [digest.hex])
  }

  @Test("readers get what comes while it comes, and begin anew when the file does") func growing() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let digest = SHA3Digest.of(content)
    let cache = BlobCache(directory: folder)
    guard case .partial(let file) = try cache.open(digest) else { throw CacheError(doing: "open", reason: "") }
    let blob = GrowingBlob(digest: digest, size: UInt64(content.count))
    async let first = read(blob)
    blob.begin(file, available: 0)
    for start in stride(from: 0, to: content.count, by: 700_000) {
      let end = min(start + 700_000, content.count)
      try content[start..<end].withUnsafeBytes { try file.write($0, at: UInt64(start)) }
      blob.grew(to: UInt64(end))
    }
    #expect(try await first == content)
    let half = GrowingBlob(digest: digest, size: UInt64(content.count))
    half.begin(file, available: 1000)
    let (chunks, chunk) = AsyncStream.makeStream(of: Int.self)
    let reader = Task {
      try await onThread("reader") { try half.forEachChunk { bytes in chunk.yield(bytes.count) } }
    }
    for await count in chunks {
      #expect(count == 1000)
      break
    }
    half.begin(file, available: 0)
    await #expect(throws: GrowingBlob.Restarted.self) { try await reader.value }
    half.verified()
    #expect(throws: GrowingBlob.Restarted.self) { try half.waitUntilVerified(round: 0) }
    try half.waitUntilVerified(round: 1)
  }

  @Test("whoever reads later finds a verified file under its name, and it need not stay open till then") func later()
    async throws
  {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "-whole"
    defer { unlink(path) }
    try Data(content).write(to: URL(filePath: path))
    let blob = GrowingBlob(digest: SHA3Digest.of(content), size: UInt64(content.count))
    blob.verified(at: path)
    #expect(try await read(blob) == content)
    try blob.waitUntilVerified(round: 0)
    unlink(path)
    await #expect(throws: CacheError.self) { _ = try await self.read(blob) }
  }

  @Test("readers hear why there will be no file") func failing() async throws {
    let blob = GrowingBlob(digest: SHA3Digest.of(content), size: 5)
    let reader = Task { try await read(blob) }
    blob.failed(CacheError(doing: "x", reason: "y"))
    await #expect(throws: CacheError.self) { _ = try await reader.value }
    #expect(throws: CacheError.self) { try blob.waitUntilVerified(round: 0) }
  }
}
