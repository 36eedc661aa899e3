import Cryptography
import HTTPClient
import HTTPTesting
import JSONSupport
import Testing

@testable import ProxyServer

/// Numbers that devices and upstream stores choose must not end the server.
@Suite("Hostile numbers") struct HostileNumberTests {
  private static let file = Array("the bytes of a snap".utf8)

  /// An upstream store with one snap. Where it is private, its file comes past the cache.
  private static func store(size: String = "19", isPrivate: Bool = true) throws -> ScriptedServer {
    try ScriptedServer { request in
      guard request.path.hasPrefix("/v2/snaps/info/") else { return serve(request) }
      let url = "http://\(request.header("Host") ?? "")/app_1.snap"
      let info = """
        {"name":"app","snap-id":"\(String(repeating: "a", count: 32))","snap":{"private":\(isPrivate)},"channel-map":[{"channel":\
        {"name":"stable","track":"latest","risk":"stable","architecture":"amd64"},"revision":1,"download":\
        {"url":"\(url)","size":\(size),"sha3-384":"\(SHA3Digest.of(file).hex)"}}]}
        """
      return [.send(answer("200 OK", ["Content-Type: application/json"], body: info))]
    }
  }

  private static func serve(_ request: ScriptedServer.Received) -> [ScriptedServer.Step] {
    guard let range = request.header("Range"), let first = Int(range.dropFirst(6).dropLast()) else {
      return [.send(answer("200 OK", body: String(decoding: file, as: UTF8.self)))]
    }
    guard first < file.count else {
      return [.send(answer("416 Range Not Satisfiable", ["Content-Range: bytes */\(file.count)"]))]
    }
    let part = "Content-Range: bytes \(first)-\(file.count - 1)/\(file.count)"
    return [.send(answer("206 Partial Content", [part], body: String(decoding: file[first...], as: UTF8.self)))]
  }

  private static func path(_ server: TestServer) async throws -> String {
    let info = try JSONValue(parsing: try await server.get("/v2/snaps/info/app").body)
    let url = try #require(info["channel-map"]?.elements.first?["download"]?["url"]?.text)
    return String(url.dropFirst("http://store.example".count))
  }

  @Test(
    "a malformed range of a file that comes past the cache is ignored",
    arguments: [
      "bytes=-5-", "bytes=--5-", "bytes=-", "bytes=-9223372036854775808-", "bytes=1-2,3-", "bytes=+3-", "bytes= -5-",
    ])
  func malformedRange(range: String) async throws {
    let upstream = try Self.store()
    try await TestServer.with({ $0.upstream = upstream.url }) { server in
      let response = try await server.get(try await Self.path(server), headers: [("Range", range)])
      #expect(response.status == 200)
      #expect(response.body == Self.file)
      #expect(try await server.get("/_status/live").status == 200)
    }
  }

  @Test("a range past the end of such a file is 416, with the size that the upstream store states")
  func pastTheEnd() async throws {
    let upstream = try Self.store()
    try await TestServer.with({ $0.upstream = upstream.url }) { server in
      let path = try await Self.path(server)
      for first in ["19", "9223372036854775807", "99999999999999999999999"] {
        let response = try await server.get(path, headers: [("Range", "bytes=\(first)-")])
        #expect(response.status == 416)
        #expect(response.headers["content-range"] == "bytes */19")
      }
    }
  }

  @Test("the upstream store decides whether the client's part is of the version that it has")
  func ifRange() async throws {
    let upstream = try Self.store()
    try await TestServer.with({ $0.upstream = upstream.url }) { server in
      let headers = [("Range", "bytes=4-"), ("If-Range", "\"v1\"")]
      let path = try await Self.path(server)
      #expect(try await server.get(path, headers: headers).status == 206)
      #expect(upstream.received.last?.header("If-Range") == "\"v1\"")
    }
  }

  @Test(
    "a file whose announced size fits nowhere does not end the server",
    arguments: ["9223372036854775807", "18446744073709551615", "-1", "1e400", "99999999999999999999999999"],
    [true, false])
  func size(size: String, isPrivate: Bool) async throws {
    let upstream = try Self.store(size: size, isPrivate: isPrivate)
    try await TestServer.with({ $0.upstream = upstream.url }) { server in
      let path = try await Self.path(server)
      _ = try? await server.get(path)
      _ = try? await server.get(path, headers: [("Range", "bytes=-5")])
      #expect(try await server.get("/_status/live").status == 200)
    }
  }

  @Test("lengths of upstream answers do not overflow the metrics")
  func metrics() async throws {
    let upstream = try ScriptedServer { _ in
      [.send("HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\nabc"), .close]
    }
    try await TestServer.with({ $0.upstream = upstream.url }) { server in
      for _ in 1...3 { _ = try? await server.get("/api/v1/snaps/names") }
      let metrics = try await server.get("/_status/metrics")
      #expect(metrics.status == 200)
      #expect(metrics.text.contains("http_sent_bytes_total{kind=\"answer\"} 9223372036854775807"))
    }
  }

  @Test(
    "an answer with a malformed length is not passed on",
    arguments: ["-5", "+5", "5 5", "5\r\nContent-Length: 6", "9223372036854775808", "0x5", "five"])
  func malformedLength(length: String) async throws {
    let upstream = try ScriptedServer { _ in
      [.send("HTTP/1.1 200 OK\r\nContent-Length: \(length)\r\n\r\nhello"), .close]
    }
    try await TestServer.with({ $0.upstream = upstream.url }) { server in
      let response = try await server.get("/api/v1/snaps/names")
      #expect(response.status == 503)
      #expect(response.text.contains("upstream-unavailable"))
    }
  }
}
