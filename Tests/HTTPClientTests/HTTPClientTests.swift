import Foundation
import HTTPClient
import HTTPTesting
import Synchronization
import Testing

@Suite("HTTPClient") struct HTTPClientTests {
  @Test("sends method, headers and body, and gives any status as an answer")
  func sends() async throws {
    let server = try ScriptedServer { _ in [.send(answer("404 Not Found", ["ETag: \"x\""], body: "gone"))] }
    let response = try await HTTPClient().send(
      HTTPRequest(
        method: "POST", url: "\(server.url)/a?b=c", headers: [("X-One", "1"), ("X-Empty", "")], body: [104, 105]))
    #expect(response.status == 404)
    #expect(response.text == "gone")
    #expect(response.headers["etag"] == "\"x\"")
    let request = try #require(server.received.first)
    #expect(request.head.hasPrefix("POST /a?b=c HTTP/1.1\r\n"))
    #expect(request.body == "hi")
    #expect(request.header("x-one") == "1")
    #expect(request.header("x-empty") == "")
    #expect(request.header("content-type") == nil)
    #expect(request.header("user-agent") == "snap-store-tools/1")
  }

  @Test("uses one connection for requests that follow each other")
  func reuses() async throws {
    let server = try ScriptedServer { _ in [.send(answer("200 OK", body: "ok"))] }
    let client = HTTPClient()
    for _ in 0..<5 { _ = try await client.send(HTTPRequest(url: server.url)) }
    #expect(Set(server.received.map(\.connection)) == [1])
  }

  @Test("sends a HEAD, a PUT and a POST without a body, each as it should be")
  func methods() async throws {
    let server = try ScriptedServer { request in
      [.send(request.head.hasPrefix("HEAD") ? "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" : answer("200 OK"))]
    }
    let client = HTTPClient()
    let head = try await client.send(HTTPRequest(method: "HEAD", url: server.url))
    #expect(head.headers["Content-Length"] == "5")
    #expect(head.body.isEmpty)
    _ = try await client.send(HTTPRequest(method: "PUT", url: server.url, body: [49]))
    _ = try await client.send(HTTPRequest(method: "POST", url: server.url))
    _ = try await client.send(HTTPRequest(method: "DELETE", url: server.url))
    _ = try await client.send(HTTPRequest(url: server.url))
    #expect(server.received.map { $0.head.prefix { $0 != " " } } == ["HEAD", "PUT", "POST", "DELETE", "GET"])
    #expect(server.received.map { $0.header("content-length") } == [nil, "1", "0", nil, nil])
  }

  @Test("refuses a header that would smuggle in another")
  func smuggling() async throws {
    await #expect(throws: HTTPClientError.invalidRequest(url: "http://127.0.0.1/", reason: "a header is malformed")) {
      try await HTTPClient().send(HTTPRequest(url: "http://127.0.0.1/", headers: [("A", "b\r\nC: d")]))
    }
  }

  @Test("says that no server answers at a port, and that a host does not exist")
  func unreachable() async throws {
    var configuration = HTTPClientConfiguration()
    configuration.retries = .never
    let client = HTTPClient(configuration)
    let port = try ScriptedServer.unusedPort()
    await #expect(throws: HTTPClientError.cannotConnect(host: "127.0.0.1:\(port)", reason: "no server answers there")) {
      try await client.send(HTTPRequest(url: "http://127.0.0.1:\(port)/"))
    }
    await #expect(throws: HTTPClientError.cannotResolve(host: "nowhere.invalid")) {
      try await client.send(HTTPRequest(url: "http://nowhere.invalid/"))
    }
  }

  @Test("tells a cut answer from a whole one, and how much there was")
  func cut() async throws {
    var configuration = HTTPClientConfiguration()
    configuration.retries = .never
    let server = try ScriptedServer { _ in [.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"), .close] }
    let sink = Sink()
    do {
      _ = try await HTTPClient(configuration).download(
        HTTPRequest(url: "\(server.url)/f?token=secret"), receive: sink.take)
      Issue.record("a cut answer was taken for a whole one")
    } catch let error as HTTPClientError {
      guard case .cut(let url, let received, _) = error else { throw error }
      #expect(url == "\(server.url)/f")
      #expect(received == 4)
      #expect(error.isTransient)
    }
    #expect(sink.text == "half")
  }

  @Test("gives up where nothing more comes")
  func stall() async throws {
    var configuration = HTTPClientConfiguration()
    configuration.retries = .never
    configuration.stallTimeout = .seconds(1)
    let server = try ScriptedServer { _ in [.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"), .stall] }
    await #expect(throws: HTTPClientError.stalled(url: "\(server.url)/", received: 4)) {
      try await HTTPClient(configuration).send(HTTPRequest(url: server.url))
    }
  }

  @Test("gives up when the whole takes too long")
  func timeout() async throws {
    var configuration = HTTPClientConfiguration()
    configuration.retries = .never
    let server = try ScriptedServer { _ in [.stall] }
    await #expect(throws: HTTPClientError.timeout(url: "\(server.url)/")) {
      try await HTTPClient(configuration).send(HTTPRequest(url: server.url, timeout: .milliseconds(100)))
    }
  }

  @Test("asks hundreds of questions at once, over a bounded number of connections")
  func manyAtOnce() async throws {
    let server = try ScriptedServer { request in [.send(answer("200 OK", body: request.path))] }
    let client = HTTPClient()
    let texts = try await withThrowingTaskGroup(of: String.self) { group in
      for number in 0..<600 {
        group.addTask { try await client.send(HTTPRequest(url: "\(server.url)/\(number)")).text }
      }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(texts == Set((0..<600).map { "/\($0)" }))
    #expect(Set(server.received.map(\.connection)).count <= 256)
  }

  @Test("refuses answers that do not fit into the memory for all of them")
  func budget() async throws {
    var configuration = HTTPClientConfiguration()
    configuration.maximumBodiesAtOnce = 1000
    configuration.retries = .never
    let client = HTTPClient(configuration)
    let big = String(repeating: "x", count: 1001)
    let server = try ScriptedServer { request in [.send(answer("200 OK", body: request.path == "/big" ? big : "ok"))] }
    await #expect(throws: HTTPClientError.busy(url: "\(server.url)/big")) {
      try await client.send(HTTPRequest(url: "\(server.url)/big"))
    }
    // What was booked is given back, again and again.
    for _ in 0..<600 { #expect(try await client.send(HTTPRequest(url: server.url)).text == "ok") }
  }

  @Test("ends a question when its task is cancelled, and no other", .timeLimit(.minutes(5)))
  func cancelsOne() async throws {
    let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
    let server = try ScriptedServer { request in
      guard request.path == "/stall" else { return [.send(answer("200 OK", body: "ok"))] }
      arrival.yield()
      return [.stall]
    }
    let client = HTTPClient()
    let stalled = Task { try await client.send(HTTPRequest(url: "\(server.url)/stall", timeout: nil)) }
    for await _ in arrivals { break }
    stalled.cancel()
    await #expect(throws: HTTPClientError.cancelled(url: "\(server.url)/stall")) { try await stalled.value }
    #expect(try await client.send(HTTPRequest(url: server.url)).text == "ok")
  }

  @Test("refuses a huge head and a huge body")
  func limits() async throws {
    var configuration = HTTPClientConfiguration()
    configuration.maximumHead = 1000
    configuration.maximumBody = 1000
    let big = String(repeating: "x", count: 1001)
    let server = try ScriptedServer { request in
      [.send(request.path == "/head" ? answer("200 OK", ["X-Big: \(big)"]) : answer("200 OK", body: big))]
    }
    let client = HTTPClient(configuration)
    await #expect(throws: HTTPClientError.headTooLarge(url: "\(server.url)/head", limit: 1000)) {
      try await client.send(HTTPRequest(url: "\(server.url)/head"))
    }
    await #expect(throws: HTTPClientError.bodyTooLarge(url: "\(server.url)/body", limit: 1000)) {
      try await client.send(HTTPRequest(url: "\(server.url)/body"))
    }
  }

  // The server stalls for ever and there is no timeout: without the cancellation this would not end.
  @Test("ends an exchange when its task is cancelled", .timeLimit(.minutes(5)))
  func cancellation() async throws {
    let server = try ScriptedServer { _ in [.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"), .stall] }
    let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
    let download = Task {
      try await HTTPClient().download(HTTPRequest(url: server.url, timeout: nil)) { _ in arrival.yield() }
    }
    for await _ in arrivals { break }
    download.cancel()
    await #expect(throws: HTTPClientError.cancelled(url: "\(server.url)/")) { try await download.value }
  }

  @Test("stops when the receiver throws, and throws the same")
  func receiverThrows() async throws {
    struct Full: Error {}
    let server = try ScriptedServer { _ in [.send(answer("200 OK", body: "whole"))] }
    await #expect(throws: Full.self) {
      try await HTTPClient().download(HTTPRequest(url: server.url)) { _ in throw Full() }
    }
  }

  @Test("gives an explanation, not a file, where the status says so")
  func downloadRefused() async throws {
    let server = try ScriptedServer { _ in [.send(answer("403 Forbidden", body: "no"))] }
    let sink = Sink()
    let response = try await HTTPClient().download(HTTPRequest(url: server.url), receive: sink.take)
    #expect(response.status == 403)
    #expect(response.text == "no")
    #expect(sink.count == 0)
  }

  @Test("asks for the rest of a file, and refuses another part than asked")
  func ranges() async throws {
    let server = try ScriptedServer { request in
      let start = request.path == "/right" ? 4 : 3
      return [.send(answer("206 Partial Content", ["Content-Range: bytes \(start)-9/10"], body: "456789"))]
    }
    let sink = Sink()
    let began = Mutex(0)
    let response = try await HTTPClient().download(
      HTTPRequest(url: "\(server.url)/right"), from: 4, started: { head in began.withLock { $0 = head.status } },
      receive: sink.take)
    #expect(response.status == 206)
    #expect(began.withLock { $0 } == 206)
    #expect(server.received.first?.header("range") == "bytes=4-")
    #expect(sink.text == "456789")
    await #expect(throws: HTTPClientError.self) {
      try await HTTPClient().download(HTTPRequest(url: "\(server.url)/wrong"), from: 4, receive: sink.take)
    }
    #expect(sink.text == "456789")
  }

  @Test("keeps to a rate, also with two downloads at once")
  func rateLimit() async throws {
    let body = [UInt8](repeating: 7, count: 150_000)
    let server = try ScriptedServer { _ in
      [.send("HTTP/1.1 200 OK\r\nContent-Length: \(body.count)\r\n\r\n"), .sendBytes(body)]
    }
    let sink = Sink()
    let client = HTTPClient()
    let limit = RateLimit(bytesPerSecond: 500_000)
    let started = ContinuousClock.now
    async let one = client.download(HTTPRequest(url: server.url), rateLimit: limit, receive: sink.take)
    async let other = client.download(HTTPRequest(url: server.url), rateLimit: limit, receive: sink.take)
    _ = try await (one, other)
    #expect(sink.count == 2 * body.count)
    #expect(ContinuousClock.now - started > .milliseconds(450))
  }

  @Test("tries again after a 503 and a cut, waiting longer each time, and says so")
  func retries() async throws {
    let server = try ScriptedServer { _ in [.close] }
    let flaky = try ScriptedServer { request in
      switch request.connection {
      case 1: [.send(answer("503 Service Unavailable", ["Connection: close"])), .close]
      case 2: [.close]
      default: [.send(answer("200 OK", body: "at last"))]
      }
    }
    let waits = Mutex<[Duration]>([])
    let notices = Mutex<[Int]>([])
    var surroundings = HTTPClient.Surroundings()
    surroundings.pause = { wait in waits.withLock { $0.append(wait) } }
    surroundings.jitter = { 1 }
    surroundings.retrying = { retry in notices.withLock { $0.append(retry.tries) } }
    let client = HTTPClient(surroundings: surroundings)
    #expect(try await client.send(HTTPRequest(url: flaky.url)).text == "at last")
    #expect(waits.withLock { $0 } == [.seconds(1), .seconds(2)])
    #expect(notices.withLock { $0 } == [1, 2])
    await #expect(throws: HTTPClientError.self) { try await client.send(HTTPRequest(url: server.url)) }
    #expect(server.received.count == 8)
    await #expect(throws: HTTPClientError.self) { try await client.send(HTTPRequest(method: "POST", url: server.url)) }
    #expect(server.received.count == 9)
  }
}
