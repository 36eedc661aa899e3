import Cryptography
import Foundation
import HTTPClient
import HTTPTesting
import JSONSupport
import Testing

@testable import ProxyServer

/// What becomes of an upstream store's answers, right and wrong, and of what a device says of itself.
@Suite("Gateway") struct GatewayTests {
  private static let file = Array("the bytes of a snap, which somebody paid for".utf8)
  private static let login = ("Authorization", "Macaroon root=\"the device's own\"")

  /// An upstream store with one snap.
  /// - Parameter elsewhere: Where the file lies, if not on the store itself.
  private static func store(
    isPrivate: Bool, elsewhere: String? = nil,
    files: @escaping @Sendable (ScriptedServer.Received) -> [ScriptedServer.Step] = { serve($0) }
  ) throws -> ScriptedServer {
    try ScriptedServer { request in
      guard request.path.hasPrefix("/v2/snaps/info/") else { return files(request) }
      let base = elsewhere ?? "http://\(request.header("Host") ?? "")"
      let info = """
        {"name":"app","snap-id":"\(String(repeating: "a", count: 32))","snap":{"private":\(isPrivate),\
        "media":[{"type":"icon","url":"\(base)/icon.png"}]},\
        "channel-map":[{"channel":{"name":"stable","track":"latest","risk":"stable","architecture":"amd64"},"revision":1,\
        "download":{"url":"\(base)/app_1.snap","size":\(file.count),"sha3-384":"\(SHA3Digest.of(file).hex)"}}]}
        """
      return [.send(answer("200 OK", ["Content-Type: application/json"], body: info))]
    }
  }

  private static func serve(_ request: ScriptedServer.Received) -> [ScriptedServer.Step] {
    guard let range = request.header("Range"), let first = Int(range.dropFirst(6).dropLast()) else {
      return [.send(answer("200 OK", body: String(decoding: file, as: UTF8.self)))]
    }
    return [
      .send(
        answer(
          "206 Partial Content", ["Content-Range: bytes \(first)-\(file.count - 1)/\(file.count)"],
          body: String(decoding: file[first...], as: UTF8.self)))
    ]
  }

  /// Paths of the snap's file and of its icon, as a device gets them.
  private static func paths(_ server: TestServer) async throws -> (file: String, icon: String) {
    let info = try JSONValue(parsing: try await server.get("/v2/snaps/info/app", headers: [login]).body)
    func path(_ url: String?) throws -> String {
      let url = try #require(url)
      #expect(url.hasPrefix("http://store.example/api/v1/snaps/upstream/"))
      return String(url.dropFirst("http://store.example".count))
    }
    return (
      try path(info["channel-map"]?.elements.first?["download"]?["url"]?.text),
      try path(info["snap"]?["media"]?.elements.first?["url"]?.text)
    )
  }

  @Test("the head of a document is that of the document", arguments: ["/v2/snaps/info/app", "/v2/snaps/find"])
  func heads(path: String) async throws {
    let upstream = try ScriptedServer { request in
      guard request.path.hasPrefix("/v2/snaps/") else { return [.send(answer("404 Not Found"))] }
      #expect(request.head.hasPrefix("GET "))
      return [.send(answer("200 OK", ["Content-Type: application/json"], body: #"{"results":[],"channel-map":[]}"#))]
    }
    try await TestServer.with {
      $0.upstream = upstream.url
    } _: { server in
      let whole = try await server.get(path)
      let head = try await server.get(path, method: "HEAD")
      #expect(whole.status == 200)
      #expect(head.status == 200)
      #expect(head.headers["content-length"] == String(whole.body.count))
    }
  }

  @Test("HEAD has the length that the upstream store tells of the document, or none")
  func headLengths() async throws {
    let upstream = try ScriptedServer { request in
      guard request.head.hasPrefix("HEAD ") else { return [.send(answer("200 OK", body: "0123456789"))] }
      return [.send("HTTP/1.1 200 OK\r\n\(request.path.contains("names") ? "" : "Content-Length: 10\r\n")\r\n")]
    }
    try await TestServer.with({ $0.upstream = upstream.url }) { server in
      #expect(try await server.get("/v2/snaps/categories", method: "HEAD").headers["content-length"] == "10")
      let names = try await server.get("/api/v1/snaps/names", method: "HEAD")
      #expect(names.status == 200)
      #expect(names.headers["content-length"] == nil)
    }
  }

  @Test("a private file is never kept: the upstream store decides each time, by the device's own login")
  func privateFile() async throws {
    let upstream = try Self.store(isPrivate: true)
    try await TestServer.with({ $0.upstream = upstream.url }) { server in
      let path = try await Self.paths(server).file
      for _ in 1...2 {
        #expect(try await server.get(path, headers: [Self.login]).body == Self.file)
      }
      let rest = try await server.get(path, headers: [Self.login, ("Range", "bytes=10-")])
      #expect(rest.status == 206)
      #expect(rest.headers["content-range"] == "bytes 10-\(Self.file.count - 1)/\(Self.file.count)")
      #expect(rest.body == Array(Self.file[10...]))
      let asked = upstream.received.filter { $0.path == "/app_1.snap" }
      #expect(asked.map { $0.header("Authorization") } == Array(repeating: Self.login.1, count: 3))
      #expect(!FileManager.default.fileExists(atPath: server.directory + "/downloads"))
    }
  }

  @Test("a public file is asked for once, and nobody's login goes with it")
  func publicFile() async throws {
    let upstream = try Self.store(isPrivate: false)
    try await TestServer.with({ $0.upstream = upstream.url }) { server in
      let path = try await Self.paths(server).file
      for _ in 1...2 { #expect(try await server.get(path, headers: [Self.login]).body == Self.file) }
      let asked = upstream.received.filter { $0.path == "/app_1.snap" }
      #expect(asked.count == 1)
      #expect(asked[0].header("Authorization") == nil)
    }
  }

  @Test("who a device is, is told to the store alone, not to the host that a file or an icon lies on")
  func elsewhere() async throws {
    let content = try ScriptedServer { Self.serve($0) }
    let upstream = try Self.store(isPrivate: true, elsewhere: content.url)
    try await TestServer.with({ $0.upstream = upstream.url }) { server in
      let (file, icon) = try await Self.paths(server)
      let headers = [Self.login, ("Snap-Device-Authorization", "Macaroon root=\"session\"")]
      #expect(try await server.get(file, headers: headers).body == Self.file)
      #expect(try await server.get(icon, headers: headers).status == 200)
      #expect(content.received.count == 2)
      for request in content.received {
        #expect(request.header("Authorization") == nil && request.header("Snap-Device-Authorization") == nil)
      }
    }
  }

  @Test(
    "what cannot be read is not handed on: a device could follow addresses in it that lead past the proxy",
    arguments: ["<html>welcome to the hotel</html>", "{\"channel-map\":[", "{\"a\":1}{\"b\":2}", ""])
  func nonsense(body: String) async throws {
    let upstream = try ScriptedServer { _ in [.send(answer("200 OK", ["Content-Type: text/html"], body: body))] }
    try await TestServer.with({ $0.upstream = upstream.url }) { server in
      let info = try await server.get("/v2/snaps/info/app")
      let found = try await server.get("/v2/snaps/find?q=app")
      let refresh = try await server.post("/v2/snaps/refresh", "{\"context\":[],\"actions\":[]}")
      for response in [info, found, refresh] {
        #expect(response.status == 502)
        #expect(response.text.contains("upstream-unavailable"))
      }
    }
  }

  @Test("a refusal is handed on in the upstream store's words")
  func refusal() async throws {
    let words = #"{"error-list":[{"code":"resource-not-found","message":"No snap named 'app'"}]}"#
    let upstream = try ScriptedServer { _ in
      [.send(answer("404 Not Found", ["Content-Type: application/json", "Set-Cookie: a=b"], body: words))]
    }
    try await TestServer.with({ $0.upstream = upstream.url }) { server in
      for path in ["/v2/snaps/info/app", "/v2/assertions/snap-declaration/16/x", "/api/v1/snaps/names"] {
        let response = try await server.get(path)
        #expect(response.status == 404)
        #expect(response.text == words)
        #expect(response.headers["set-cookie"] == nil)
      }
    }
  }

  @Test("documents come through as they arrive, packed as device and upstream store agreed")
  func streams() async throws {
    // The client undoes this by itself; that it does shows that the header came along.
    let packed: [UInt8] = [
      0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x86, 0xa6,
      0x10, 0x36, 0x05, 0x00, 0x00, 0x00,
    ]
    let upstream = try ScriptedServer { request in
      guard request.header("Accept-Encoding")?.contains("gzip") == true else {
        return [.send(answer("200 OK", ["ETag: \"1\""], body: "hello"))]
      }
      return [
        .send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(packed.count)\r\n\r\n"),
        .sendBytes(packed),
      ]
    }
    try await TestServer.with({ $0.upstream = upstream.url }) { server in
      let response = try await server.get("/api/v1/snaps/names")
      #expect(response.headers["content-encoding"] == "gzip")
      #expect(response.text == "hello")
      let plain = try RawConnection(port: server.port)
      await plain.send("GET /api/v1/snaps/names HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
      let text = String(decoding: await plain.receive(), as: UTF8.self)
      #expect(text.hasSuffix("\r\n\r\nhello"))
      #expect(text.contains("ETag: \"1\""))
    }
  }

  @Test("a document that the upstream store cuts ends as a broken answer, not as a short one")
  func cut() async throws {
    let upstream = try ScriptedServer { _ in [.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"), .close] }
    try await TestServer.with({ $0.upstream = upstream.url }) { server in
      await #expect(throws: HTTPClientError.self) { try await server.get("/api/v1/snaps/names") }
      let alive = try await server.get("/_status/live")
      #expect(alive.status == 200)
    }
  }

  @Test("a store that takes a request and says nothing is given up, before the device gives up")
  func silent() async throws {
    let upstream = try ScriptedServer { _ in [.stall] }
    try await TestServer.with({
      $0.upstream = upstream.url
      $0.upstreamTimeout = .milliseconds(200)
    }) { server in
      for path in ["/v2/snaps/info/app", "/api/v1/snaps/names"] {
        let response = try await server.get(path)
        #expect(response.status == 503)
        #expect(response.text.contains("upstream-unavailable"))
      }
    }
  }

  @Test("where the upstream store asks for patience, the device is told, and nobody else waits")
  func patience() async throws {
    let upstream = try ScriptedServer { _ in [.send(answer("503 Service Unavailable", ["Retry-After: 120"]))] }
    try await TestServer.with({ $0.upstream = upstream.url }) { server in
      let response = try await server.get("/v2/snaps/info/app")
      #expect(response.status == 503)
      #expect(response.headers["retry-after"] == "120")
      #expect(upstream.received.count == 1)
    }
  }

  @Test("a device service that is allowed cannot send a device's registration on to one that is not")
  func redirectedRegistration() async throws {
    let other = try ScriptedServer { _ in [.send(answer("200 OK", body: "{}"))] }
    let service = try ScriptedServer { _ in
      [.send(answer("307 Temporary Redirect", ["Location: \(other.url)/request-id"]))]
    }
    try await TestServer.with({
      $0.upstream = service.url
      $0.allowedServices = [service.url]
    }) { server in
      let headers = [("X-Snap-Device-Service-URL", service.url + "/v1/"), ("api-key", "secret")]
      let response = try await server.post("/api/v1/snaps/auth/request-id", "", headers: headers)
      #expect(response.status == 307)
      #expect(service.received.first?.header("api-key") == "secret")
      #expect(other.received.isEmpty)
    }
  }

  @Test("a download goes on for as long as each try leads further, however often it is cut")
  func oftenCut() async throws {
    let upstream = try Self.store(isPrivate: false) { request in
      let first = request.header("Range").flatMap { Int($0.dropFirst(6).dropLast()) } ?? 0
      let head =
        "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes \(first)-\(Self.file.count - 1)/\(Self.file.count)\r\n"
        + "Content-Length: \(Self.file.count - first)\r\n\r\n"
      return [.send(head), .sendBytes(Array(Self.file[first..<min(first + 4, Self.file.count)])), .close]
    }
    try await TestServer.with({ $0.upstream = upstream.url }) { server in
      let path = try await Self.paths(server).file
      #expect(try await server.get(path).body == Self.file)
      #expect(upstream.received.count { $0.path == "/app_1.snap" } >= Self.file.count / 4)
    }
  }

  @Test(
    "nothing that is cached has to go for what the upstream store does not send",
    arguments: ["404 Not Found", "500 No"])
  func keptForNothing(status: String) async throws {
    let upstream = try Self.store(isPrivate: false) { request in
      request.path == "/app_1.snap" ? Self.serve(request) : [.send(answer(status))]
    }
    try await TestServer.with({
      $0.upstream = upstream.url
      $0.capacity = Self.file.count
    }) { server in
      let path = try await Self.paths(server).file
      #expect(try await server.get(path).body == Self.file)
      let links = SignedLinks(secret: Array("a secret for tests".utf8))
      let other = UpstreamFile(
        url: upstream.url + "/other.snap", sha3: SHA3Digest.of([1]), size: Self.file.count, isPrivate: false)
      let link = try links.link(to: other, at: try StoreAddress("http://store.example"))
      let refused = try await server.get(String(link.dropFirst("http://store.example".count)))
      #expect(refused.status == (status.hasPrefix("404") ? 404 : 503))
      #expect(try await server.get(path).body == Self.file)
      #expect(upstream.received.count { $0.path == "/app_1.snap" } == 1)
    }
  }
}
