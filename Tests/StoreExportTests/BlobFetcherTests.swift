import Cryptography
import Foundation
import HTTPClient
import HTTPTesting
import Reporting
import Synchronization
import Testing
import UpstreamStore

@testable import StoreExport

/// Notes what it is told.
private final class Notes: ProgressReporter {
  private let lines = Mutex<[String]>([])
  private let bytes = Mutex<UInt64>(0)
  var all: [String] { lines.withLock { $0 } }
  var advanced: UInt64 { bytes.withLock { $0 } }
  func began(_ item: String, bytes: UInt64?) { lines.withLock { $0.append(item) } }
  func advanced(_ item: String, by count: UInt64) { bytes.withLock { $0 += count } }
  func finished(_ item: String, success: Bool) { lines.withLock { $0.append(success ? "done" : "failed") } }
  func note(_ line: String) { lines.withLock { $0.append(line) } }
}

@Suite("Downloading into the cache") final class BlobFetcherTests: Sendable {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "fetch-\(UUID().uuidString)").path
  private let content = numbered(1_000_000)
  private let notes = Notes()
  private var digest: SHA3Digest { SHA3Digest.of(content) }
  private var cache: BlobCache { BlobCache(directory: folder) }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func fetcher() -> BlobFetcher {
    var configuration = HTTPClientConfiguration()
    configuration.retries = .never
    var surroundings = HTTPClient.Surroundings()
    surroundings.pause = { _ in await Task.yield() }
    let devices = DeviceAPI(client: HTTPClient(configuration), endpoints: .canonical)
    return BlobFetcher(
      cache: cache, devices: devices, rateLimit: nil, retries: RetryPolicy(maximumTries: 3), surroundings: surroundings,
      progress: notes)
  }

  private func fetch(_ url: String) async throws -> UInt64 {
    let blob = GrowingBlob(digest: digest, size: UInt64(content.count))
    return try await fetcher().fetch(blob, title: "jq revision 6", url: url)
  }

  /// Sends what is asked for, with ranges.
  private static func serve(_ content: [UInt8], _ request: ScriptedServer.Received, atMost: Int = .max)
    -> [ScriptedServer.Step]
  {
    let start = request.header("range").flatMap { Int($0.dropFirst(6).dropLast()) } ?? 0
    guard start < content.count else { return [.send(answer("416 Range Not Satisfiable"))] }
    let status =
      start == 0
      ? "200 OK" : "206 Partial Content\r\nContent-Range: bytes \(start)-\(content.count - 1)/\(content.count)"
    let bytes = Array(content[start...].prefix(atMost))
    return [
      .send("HTTP/1.1 \(status)\r\nContent-Length: \(content.count - start)\r\n\r\n"), .sendBytes(bytes),
    ] + (bytes.count < content.count - start ? [.close] : [])
  }

  private func cached() -> [UInt8]? {
    FileManager.default.contents(atPath: cache.path(of: digest)).map { Array($0) }
  }

  private func leavePartial(_ bytes: [UInt8]) throws {
    guard case .partial(let file) = try cache.open(digest) else { throw CacheError(doing: "open", reason: "") }
    try bytes.withUnsafeBytes { try file.write($0, at: 0) }
  }

  private func partialExists() -> Bool { FileManager.default.fileExists(atPath: cache.path(of: digest) + ".partial") }

  @Test("a file is downloaded once") func once() async throws {
    let server = try ScriptedServer { [content] in Self.serve(content, $0) }
    #expect(try await fetch(server.url) == 1_000_000)
    #expect(cached() == content)
    #expect(!partialExists())
    #expect(try await fetch(server.url) == 0)
    #expect(server.received.count == 1)
    #expect(notes.all == ["Downloading jq revision 6", "done", "Using jq revision 6 from the cache"])
    #expect(notes.advanced == 1_000_000)
  }

  @Test("the rest of an interrupted file is downloaded, and no more") func resume() async throws {
    let server = try ScriptedServer { [content] in Self.serve(content, $0) }
    try leavePartial(Array(content.prefix(300_000)))
    #expect(try await fetch(server.url) == 700_000)
    #expect(server.received.map { $0.header("range") } == ["bytes=300000-"])
    #expect(cached() == content)
    #expect(notes.advanced == 1_000_000)
  }

  @Test("cuts are overcome as long as something comes each time") func cuts() async throws {
    let server = try ScriptedServer { [content] in Self.serve(content, $0, atMost: 150_000) }
    #expect(try await fetch(server.url) == 1_000_000)
    #expect(server.received.count == 7)
    #expect(cached() == content)
  }

  @Test("a store that gives nothing any more is given up, and what came is kept for the next time")
  func fruitless() async throws {
    let server = try ScriptedServer { [content] request in
      request.header("range") == nil ? Self.serve(content, request, atMost: 400_000) : [.close]
    }
    await #expect(throws: HTTPClientError.self) { try await self.fetch(server.url) }
    #expect(server.received.count == 3)
    #expect(cache.bytesAtHand(of: digest) == 400_000)
    #expect(notes.all.last == "failed")
  }

  @Test("a store that knows no ranges sends everything again") func noRanges() async throws {
    let server = try ScriptedServer { [content] _ in
      [.send("HTTP/1.1 200 OK\r\nContent-Length: \(content.count)\r\n\r\n"), .sendBytes(content)]
    }
    try leavePartial([UInt8](repeating: 0, count: 999_999))
    #expect(try await fetch(server.url) == 1_000_000)
    #expect(cached() == content)
  }

  @Test("a damaged beginning costs one more download") func damagedPartial() async throws {
    let server = try ScriptedServer { [content] in Self.serve(content, $0) }
    try leavePartial([UInt8](repeating: 0, count: 600_000))
    #expect(try await fetch(server.url) == 1_400_000)
    #expect(cached() == content)
  }

  @Test(
    "a beginning with a wrong bit, or one of the whole size, costs one more download", arguments: [500_000, 1_000_000])
  func wrongPartial(count: Int) async throws {
    let server = try ScriptedServer { [content] in Self.serve(content, $0) }
    var damaged = Array(content.prefix(count))
    damaged[1000] ^= 1
    try leavePartial(damaged)
    #expect(try await fetch(server.url) == 1_000_000 - UInt64(count) + 1_000_000)
    #expect(cached() == content)
    #expect(notes.all.contains("the kept bytes of jq revision 6 do not match its digest; downloading again"))
  }

  @Test("a bit that is lost on the way costs one more download, once") func lostBit() async throws {
    let tries = Atomic(0)
    let server = try ScriptedServer { [content] request in
      var sent = content
      if tries.add(1, ordering: .relaxed).oldValue == 0 { sent[500_000] ^= 1 }
      return Self.serve(sent, request)
    }
    #expect(try await fetch(server.url) == 2_000_000)
    #expect(cached() == content)
    #expect(server.received.count == 2)
  }

  @Test("a damaged file of the cache is downloaded again") func damagedCache() async throws {
    let server = try ScriptedServer { [content] in Self.serve(content, $0) }
    _ = try await fetch(server.url)
    try Data(repeating: 0, count: content.count).write(to: URL(filePath: cache.path(of: digest)))
    #expect(try await fetch(server.url) == 1_000_000)
    #expect(cached() == content)
  }

  @Test("a file that is something else is refused and not kept") func wrongDigest() async throws {
    var other = content
    other[500_000] ^= 1
    let served = other
    let server = try ScriptedServer { Self.serve(served, $0) }
    let found = SHA3Digest.of(other)
    await #expect(throws: BlobError.digestMismatch(title: "jq revision 6", expected: digest, found: found)) {
      try await self.fetch(server.url)
    }
    #expect(cached() == nil)
    #expect(!partialExists())
  }

  @Test("a file that is too long or too short is refused") func wrongLength() async throws {
    let long = try ScriptedServer { [content] in Self.serve(content + [1], $0) }
    await #expect(throws: BlobError.tooLong(title: "jq revision 6", expected: 1_000_000)) {
      try await self.fetch(long.url)
    }
    let short = try ScriptedServer { [content] in Self.serve(content.dropLast(), $0) }
    await #expect(throws: BlobError.tooShort(title: "jq revision 6", expected: 1_000_000, found: 999_999)) {
      try await self.fetch(short.url)
    }
    #expect(!partialExists())
  }

  @Test("a refusal is told with its status") func refused() async throws {
    let server = try ScriptedServer { _ in [.send(answer("404 Not Found"))] }
    await #expect(throws: BlobError.refused(title: "jq revision 6", status: 404)) { try await self.fetch(server.url) }
  }

  @Test("two exports at once download a file once") func together() async throws {
    let server = try ScriptedServer { [content] in Self.serve(content, $0) }
    async let one = fetch(server.url)
    async let other = fetch(server.url)
    #expect(try await one + other == 1_000_000)
    #expect(server.received.count == 1)
    #expect(cached() == content)
  }

  @Test("a cancelled download ends at once, and what came is kept") func cancelled() async throws {
    let server = try ScriptedServer { [content] in Self.serve(content, $0, atMost: 400_000).dropLast() + [.stall] }
    let task = Task { try await self.fetch(server.url) }
    while notes.advanced < 200_000 { await Task.yield() }
    task.cancel()
    await #expect(throws: (any Error).self) { try await task.value }
    #expect(cache.bytesAtHand(of: digest) > 200_000)
  }
}
