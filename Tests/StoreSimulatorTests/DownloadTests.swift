import Cryptography
import Foundation
import HTTPClient
import StoreModel
import StoreSimulator
import Synchronization
import Testing

@Suite("Downloads from the simulator") struct DownloadTests {
  private static let size: UInt64 = 300_000

  /// What a client got before the transfer ended, and how it ended.
  private struct Transfer {
    var bytes: [UInt8]
    var status: Int?
    var failed: Bool
    var contentRange: String?
  }

  private func with(
    _ body: (SimulatorFixture, _ path: String, _ bytes: [UInt8]) async throws -> Void
  ) async throws {
    try await SimulatorFixture.with(.load(snaps: 1, bytes: Self.size)) { store in
      let revision = try #require(store.simulator.revision(1, of: "load-1"))
      let bytes = try Data(contentsOf: URL(fileURLWithPath: revision.file))
      try await body(store, revision.path, [UInt8](bytes))
    }
  }

  private func download(_ path: String, from offset: UInt64 = 0, _ store: SimulatorFixture) async -> Transfer {
    let received = Mutex<[UInt8]>([])
    do {
      let response = try await store.client.download(
        HTTPRequest(url: store.url + path, timeout: nil), from: offset
      ) { bytes in received.withLock { $0 += bytes } }
      return Transfer(
        bytes: received.withLock { $0 }, status: response.status, failed: false,
        contentRange: response.headers["content-range"])
    } catch { return Transfer(bytes: received.withLock { $0 }, status: nil, failed: true, contentRange: nil) }
  }

  @Test("come whole, in part, and as a head alone") func ranges() async throws {
    try await with { store, path, bytes async throws in
      let whole = await download(path, store)
      #expect(whole.status == 200)
      #expect(whole.bytes == bytes)
      let rest = await download(path, from: 1000, store)
      #expect(rest.status == 206)
      #expect(rest.bytes == Array(bytes[1000...]))
      #expect(rest.contentRange == "bytes 1000-299999/300000")
      let middle = try await store.get(path, headers: [("Range", "bytes=10-19")])
      #expect(middle.body == Array(bytes[10..<20]))
      let tail = try await store.get(path, headers: [("Range", "bytes=-7")])
      #expect(tail.body == Array(bytes.suffix(7)))
      #expect(try await store.get(path, headers: [("Range", "bytes=300000-")]).status == 416)
      let head = try await store.get(path, method: "HEAD")
      #expect(head.status == 200)
      #expect(head.headers["content-length"] == "300000")
      let tag = try #require(head.headers["etag"])
      #expect(try await store.get(path, headers: [("If-None-Match", tag)]).status == 304)
      #expect(try await store.get("/api/v1/snaps/download/x_1.snap").status == 404)
    }
  }

  @Test("are counted") func counts() async throws {
    try await with { store, path, _ async throws in
      _ = await download(path, store)
      _ = await download(path, from: 5, store)
      _ = try await store.get(path, method: "HEAD")
      #expect(store.simulator.downloadCount == 2)
      #expect(store.simulator.requestCounts["HEAD \(path)"] == 1)
      #expect(store.simulator.requests.map(\.range) == [nil, "bytes=5-", nil])
      let told = try await store.get("/debug/requests").json
      #expect((told["counts"] as? [String: Int])?["GET \(path)"] == 2)
      store.simulator.forgetRequests()
      #expect(store.simulator.requests.isEmpty)
    }
  }

  @Test("are cut once, and go on where they ended") func cut() async throws {
    try await with { store, path, bytes async throws in
      store.simulator.misbehave(Misbehaviour(.cut, times: 1, after: 100_000))
      let first = await download(path, store)
      #expect(first.failed)
      #expect(first.bytes == Array(bytes[..<100_000]))
      let second = await download(path, from: 100_000, store)
      #expect(first.bytes + second.bytes == bytes)
    }
  }

  @Test("announce another length than they have", arguments: [500, -500]) func length(difference: Int64) async throws {
    try await with { store, path, bytes async throws in
      store.simulator.misbehave(Misbehaviour(.wrongLength, difference: difference))
      let transfer = await download(path, store)
      #expect(transfer.failed == (difference > 0))
      #expect(transfer.bytes.count == bytes.count + Int(min(difference, 0)))
    }
  }

  @Test("have one byte inverted, also in a part") func flip() async throws {
    try await with { store, path, bytes async throws in
      store.simulator.misbehave(Misbehaviour(.flipByte, path: path, after: 200_000))
      var expected = bytes
      expected[200_000] = ~expected[200_000]
      #expect(await download(path, store).bytes == expected)
      #expect(await download(path, from: 150_000, store).bytes == Array(expected[150_000...]))
      #expect(await download(path, from: 250_000, store).bytes == Array(bytes[250_000...]))
    }
  }

  @Test("ignore the range that was asked for, or tell another") func wrongRanges() async throws {
    try await with { store, path, bytes async throws in
      store.simulator.misbehave(Misbehaviour(.ignoreRange, times: 1))
      let whole = await download(path, from: 1000, store)
      #expect(whole.status == 200)
      #expect(whole.bytes == bytes)
      store.simulator.misbehave(Misbehaviour(.wrongContentRange, times: 1))
      let shifted = try await store.get(path, headers: [("Range", "bytes=1000-1009")])
      #expect(shifted.headers["content-range"] == "bytes 1001-1009/300000")
      #expect(shifted.body == Array(bytes[1000..<1010]))
    }
  }

  @Test("stall and crawl") func slow() async throws {
    try await with { store, path, bytes async throws in
      store.simulator.misbehave(Misbehaviour(.stall, times: 1, after: 10, seconds: 0.3))
      var start = ContinuousClock.now
      #expect(await download(path, store).bytes == bytes)
      #expect(ContinuousClock.now - start >= .seconds(0.3))
      store.simulator.misbehave(Misbehaviour(.slow, times: 1, rate: 1_000_000))
      start = .now
      #expect(await download(path, store).bytes == bytes)
      #expect(ContinuousClock.now - start >= .seconds(0.19))
    }
  }

  // The stall is longer than the limit.
  @Test("that stall do not hold up the end of the store", .timeLimit(.minutes(5))) func stop() async throws {
    try await with { store, path, _ in
      store.simulator.misbehave(Misbehaviour(.stall, after: 10, seconds: 1000))
      async let transfer = download(path, store)
      while store.simulator.downloadCount == 0 { await Task.yield() }
      await store.simulator.stop()
      #expect(await transfer.failed)
    }
  }

  @Test("are refused as often as ordered, with the time to wait") func refusals() async throws {
    try await with { store, path, _ async throws in
      let order: [String: Any] = ["kind": "status", "path": "/api/", "status": 429, "times": 2, "seconds": 3]
      #expect(try await store.post("/debug/misbehave", order).status == 200)
      for _ in 0..<2 {
        let refused = try await store.get(path)
        #expect(refused.status == 429)
        #expect(refused.headers["retry-after"] == "3")
      }
      #expect(try await store.get(path).status == 200)
      #expect(try await store.post("/debug/misbehave", ["kind": "nonsense"]).status == 400)
      #expect(try await store.post("/debug/misbehave", ["kind": "cut"]).status == 200)
      #expect(try await store.get("/debug/misbehave", method: "DELETE").text == "[]")
    }
  }

  @Test("are described by another digest and size than they have") func lies() async throws {
    try await with { store, path, bytes async throws in
      store.simulator.misbehave(Misbehaviour(.wrongDigest, path: "/v2/snaps/info/", times: 1))
      store.simulator.misbehave(Misbehaviour(.wrongSize, path: "/v2/snaps/refresh", times: 1, difference: -10))
      let digest = SHA3Digest.of(bytes).hex
      #expect(try await store.get("/v2/snaps/info/load-1").text.contains(digest) == false)
      #expect(try await store.get("/v2/snaps/info/load-1").text.contains(digest))
      let action = ["action": "install", "instance-key": "x", "name": "load-1"]
      let body: [String: Any] = ["context": [Any](), "actions": [action]]
      #expect(try await store.post("/v2/snaps/refresh", body).text.contains(#""size":299990"#))
    }
  }
}
