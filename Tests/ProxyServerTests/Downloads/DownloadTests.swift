import Cryptography
import Foundation
import HTTPClient
import ProcessTesting
import ProxyState
import StoreModel
import Testing

@testable import ProxyServer

@Suite("Downloads") struct DownloadTests {
  /// The snap that is downloaded: 5000 bytes.
  private static func small() throws -> (snap: SnapFixture, path: String, revision: CatalogueRevision) {
    try make("jq", number: 5)
  }

  /// 20 MB: more than all buffers on the way hold.
  private static func large() throws -> (snap: SnapFixture, path: String, revision: CatalogueRevision) {
    try make("big", number: 20_000)
  }

  private static func make(
    _ name: String, number: Int
  ) throws -> (snap: SnapFixture, path: String, revision: CatalogueRevision) {
    let fixture = SnapFixture(name, channels: ["latest/stable amd64 \(number)"])
    let revision = try #require(try fixture.snap().revisions[Revision(number)])
    return (fixture, "/api/v1/snaps/download/\(try SnapFixture.id(name))_\(number).snap", revision)
  }

  /// How many descriptors of this process point into the directory.
  private func openFiles(in directory: String) throws -> Int {
    let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
    return descriptors.filter {
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)"))?.hasPrefix(directory) == true
    }.count
  }

  private func waitUntilClosed(_ directory: String) async throws {
    let deadline = ContinuousClock.now + .seconds(120)
    while try openFiles(in: directory) > 0, ContinuousClock.now < deadline {
      try await Task.sleep(for: .milliseconds(10))
    }
    #expect(try openFiles(in: directory) == 0)
  }

  @Test("sends the file, parts of it, or says that the client has it")
  func parts() async throws {
    let (snap, path, revision) = try Self.small()
    try await TestServer.with {
      $0.snaps = [snap]
    } _: { server in
      let bytes = try server.place(revision)
      let tag = "\"\(revision.sha3.hex)\""
      let whole = try await server.get(path)
      #expect(whole.status == 200)
      #expect(whole.body == bytes)
      #expect(whole.headers["etag"] == tag)
      #expect(whole.headers["accept-ranges"] == "bytes")
      #expect(whole.headers["content-type"] == "application/octet-stream")
      #expect(whole.headers["cache-control"] == "public, max-age=31536000, immutable")
      for (range, expected) in [("bytes=1000-", 1000..<5000), ("bytes=0-0", 0..<1), ("bytes=-10", 4990..<5000)] {
        let part = try await server.get(path, headers: [("Range", range)])
        #expect(part.status == 206)
        #expect(part.body == Array(bytes[expected]))
        #expect(part.headers["content-range"] == "bytes \(expected.lowerBound)-\(expected.upperBound - 1)/5000")
      }
      let several = try await server.get(path, headers: [("Range", "bytes=0-1,5-6")])
      #expect(several.status == 200)
      #expect(several.body == bytes)
      let changed = try await server.get(path, headers: [("Range", "bytes=10-"), ("If-Range", "\"other\"")])
      #expect(changed.status == 200)
      let same = try await server.get(path, headers: [("Range", "bytes=10-"), ("If-Range", tag)])
      #expect(same.status == 206)
      let known = try await server.get(path, headers: [("If-None-Match", tag)])
      #expect(known.status == 304)
      #expect(known.body.isEmpty)
      let outside = try await server.get(path, headers: [("Range", "bytes=5000-")])
      #expect(outside.status == 416)
      #expect(outside.headers["content-range"] == "bytes */5000")
      let head = try await server.get(path, method: "HEAD")
      #expect(head.status == 200)
      #expect(head.headers["content-length"] == "5000")
      let headOfPart = try await server.get(path, method: "HEAD", headers: [("Range", "bytes=10-")])
      #expect(headOfPart.status == 200)
      #expect(head.body.isEmpty)
      try await waitUntilClosed(server.directory)
    }
  }

  @Test("answers 404 where a file is not there, and 503 where it cannot be read now or is damaged")
  func missing() async throws {
    let (snap, path, revision) = try Self.small()
    try await TestServer.with {
      $0.snaps = [snap]
    } _: { server in
      let gone = try await server.get(path)
      #expect(gone.status == 404)
      try server.place(revision)
      try Data([1, 2, 3]).write(to: URL(fileURLWithPath: server.blobs.path(of: revision.sha3)))
      let short = try await server.get(path)
      #expect(short.status == 503)
      #expect(short.headers["retry-after"] == "5")
      try FileManager.default.removeItem(atPath: server.blobs.path(of: revision.sha3))
      try FileManager.default.createDirectory(
        atPath: server.blobs.path(of: revision.sha3), withIntermediateDirectories: false)
      let folder = try await server.get(path)
      #expect(folder.status == 503)
    }
  }

  @Test(
    "takes only the absence of a file for a fact",
    arguments: [
      (ENOENT, true), (ENOTDIR, true), (EMFILE, false), (ENFILE, false), (ENOMEM, false), (EIO, false), (EACCES, false),
    ])
  func failures(code: CInt, isMissing: Bool) { #expect(OpenFile.Failure(errnoCode: code).isMissing == isMissing) }

  @Test("knows only the names that it gave out, and hides other stores' files")
  func names() async throws {
    var (snap, path, revision) = try Self.small()
    snap.stores = ["brand"]
    try await TestServer.with {
      $0.snaps = [snap]
    } _: { [path, revision] server in
      try server.place(revision)
      let id = try SnapFixture.id("jq")
      for path in [
        path, "/api/v1/snaps/download/\(id)_6.snap", "/api/v1/snaps/download/\(id)_05.snap",
        "/api/v1/snaps/download/\(id).snap", "/api/v1/snaps/download/..%2f..%2fetc%2fpasswd",
        "/api/v1/snaps/download/", "/api/v1/snaps/download/%ff",
      ] {
        let status = try await server.get(path).status
        #expect(status == 404 || status == 400, "\(path)")
      }
    }
  }

  @Test("serves icons under their digest")
  func icons() async throws {
    var (snap, _, revision) = try Self.small()
    snap.icon = CatalogueIcon(sha3: revision.sha3, fileExtension: "svg", size: revision.size)
    try await TestServer.with {
      $0.snaps = [snap]
    } _: { [revision] server in
      let bytes = try server.place(revision)
      let icon = try await server.get("/api/v1/icons/\(revision.sha3.hex).svg")
      #expect(icon.status == 200)
      #expect(icon.body == bytes)
      #expect(icon.headers["content-type"] == "image/svg+xml")
      let other = try await server.get("/api/v1/icons/\(revision.sha3.hex).png")
      #expect(other.status == 404)
    }
  }

  @Test("answers pipelined requests in their order, files among them")
  func pipelining() async throws {
    let (snap, path, revision) = try Self.small()
    try await TestServer.with {
      $0.snaps = [snap]
    } _: { server in
      let bytes = try server.place(revision)
      let connection = try RawConnection(port: server.port)
      let host = "Host: x\r\n"
      await connection.send(
        "GET \(path) HTTP/1.1\r\n\(host)\r\nHEAD \(path) HTTP/1.1\r\n\(host)\r\n"
          + "GET /_status/live HTTP/1.1\r\n\(host)\r\nGET \(path) HTTP/1.1\r\n\(host)Range: bytes=4000-\r\n\r\n"
          + "GET /_status/live HTTP/1.1\r\n\(host)Connection: close\r\n\r\n")
      let received = await connection.receive()
      let text = String(decoding: received, as: UTF8.self)
      #expect(text.ranges(of: "HTTP/1.1 200 OK").count == 4)
      #expect(text.ranges(of: "HTTP/1.1 206 Partial Content").count == 1)
      #expect(text.hasSuffix("{\"status\":\"ok\"}"))
      // The first answer: its head, then every byte of the file, then the next head.
      let body = try #require(received.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound)
      #expect(Array(received[body..<body + 5000]) == bytes)
      #expect(received[(body + 5000)...].starts(with: Array("HTTP/1.1 200 OK".utf8)))
    }
  }

  @Test("closes the file of a client that goes away, and of one that takes nothing")
  func brokenClients() async throws {
    let (snap, path, revision) = try Self.large()
    try await TestServer.with {
      $0.snaps = [snap]
      $0.limits.stallTimeout = .milliseconds(500)
    } _: { server in
      try server.place(revision)
      let request = "GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n"
      let gone = try RawConnection(port: server.port, receiveBuffer: 4096)
      await gone.send(request)
      _ = await gone.receive(10_000)
      await gone.reset()
      let stalled = try RawConnection(port: server.port, receiveBuffer: 4096)
      await stalled.send(request)
      _ = await stalled.receive(1)
      try await waitUntilClosed(server.directory)
      // The one that took nothing is told by the end of the connection, long before the end of the file.
      let rest = await stalled.receive()
      #expect(rest.count < 20_000_000)
      let status = try await server.get("/_status/live").status
      #expect(status == 200)
    }
  }

  @Test("lets a download end before it stops, and accepts nothing new meanwhile", .timeLimit(.minutes(5)))
  func draining() async throws {
    let (snap, path, revision) = try Self.large()
    try await TestServer.with {
      $0.snaps = [snap]
      // One that the system gives to nobody else once the server has let go of it.
      $0.port = try freePort()
    } _: { server in
      let bytes = try server.place(revision)
      let connection = try RawConnection(port: server.port, receiveBuffer: 65_536)
      await connection.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
      var received = await connection.receive(1000)
      server.stop()
      while (try? RawConnection(port: server.port)) != nil { try await Task.sleep(for: .milliseconds(10)) }
      received += await connection.receive()
      let body = try #require(received.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound)
      #expect(received.count - body == bytes.count)
      #expect(Array(received[body...]) == bytes)
    }
  }

  @Test("gives up on requests that outlast the time for stopping")
  func drainTimeout() async throws {
    let (snap, path, revision) = try Self.large()
    try await TestServer.with {
      $0.snaps = [snap]
      $0.limits.drainTimeout = .milliseconds(200)
    } _: { server in
      try server.place(revision)
      let connection = try RawConnection(port: server.port, receiveBuffer: 4096)
      await connection.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
      _ = await connection.receive(1000)
      server.stop()
      try await waitUntilClosed(server.directory)
    }
  }
}
