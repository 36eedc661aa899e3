import Foundation
import HTTPClient
import Testing

@testable import ProxyServer

@Suite("HTTP/1.1 as RFC 9110 and RFC 9112 have it") struct ConformanceTests {
  /// What one request, or several, over one connection lead to.
  struct Exchange: CustomTestStringConvertible, Sendable {
    let name: String
    let request: String
    /// Of all answers, in order.
    let statuses: [String]
    /// In the last answer, in small letters.
    var contains: [String] = []
    /// Not in any answer.
    var lacks: [String] = []
    /// Whether the server ends the connection.
    var closes = true
    var testDescription: String { name }
  }

  private static let live = "/_status/live"
  private static func get(_ headers: String, _ version: String = "1.1", target: String = live) -> String {
    "GET \(target) HTTP/\(version)\r\n\(headers)\r\n"
  }

  static let exchanges: [Exchange] = [
    // Persistence: RFC 9112, section 9.
    Exchange(name: "1.1 stays", request: get("Host: x\r\n"), statuses: ["200"], closes: false),
    Exchange(
      name: "1.1 with close", request: get("Host: x\r\nConnection: close\r\n"), statuses: ["200"],
      contains: ["connection: close"]),
    Exchange(name: "close in capitals", request: get("Host: x\r\nCONNECTION: CLOSE\r\n"), statuses: ["200"]),
    Exchange(name: "close in a list", request: get("Host: x\r\nConnection: TE , close\r\n"), statuses: ["200"]),
    Exchange(
      name: "close in several headers", request: get("Host: x\r\nConnection: keep-alive\r\nConnection: close, TE\r\n"),
      statuses: ["200"]),
    Exchange(
      name: "no more after close",
      request: get("Host: x\r\nConnection: close\r\n") + get("Host: x\r\n"), statuses: ["200"]),
    Exchange(name: "1.0 ends", request: get("", "1.0"), statuses: ["200"], contains: ["connection: close"]),
    Exchange(
      name: "1.0 stays if asked", request: get("Connection: Keep-Alive\r\n", "1.0"), statuses: ["200"],
      contains: ["connection: keep-alive"], closes: false),
    Exchange(
      name: "an offer of another protocol is passed over",
      request: get("Host: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n"),
      statuses: ["200"]),
    Exchange(
      name: "pipelining",
      request: get("Host: x\r\n") + get("Host: x\r\n", target: "/nowhere") + get("Host: x\r\nConnection: close\r\n"),
      statuses: ["200", "404", "200"]),
    Exchange(
      name: "an answer before a malformed request is sent first", request: get("Host: x\r\n") + "NONSENSE\r\n\r\n",
      statuses: ["200", "400"]),
    // Host and target: RFC 9112, section 3.
    Exchange(name: "no Host", request: get(""), statuses: ["400"], contains: ["error-list", "host"]),
    Exchange(name: "two Hosts", request: get("Host: x\r\nHost: x\r\n"), statuses: ["400"]),
    Exchange(name: "a malformed Host", request: get("Host: a b\r\n"), statuses: ["400"]),
    Exchange(name: "a Host with a user", request: get("Host: u@x\r\n"), statuses: ["400"]),
    Exchange(name: "an empty Host", request: get("Host:\r\n"), statuses: ["200"], closes: false),
    Exchange(
      name: "an absolute target", request: get("Host: x\r\n", target: "HTTP://store.example:80/_status/live"),
      statuses: ["200"], closes: false),
    Exchange(
      name: "an absolute target without a path", request: get("Host: x\r\n", target: "http://store.example"),
      statuses: ["200"], contains: ["text/html"], closes: false),
    Exchange(name: "another scheme", request: get("Host: x\r\n", target: "ftp://store.example/"), statuses: ["400"]),
    Exchange(name: "a relative target", request: get("Host: x\r\n", target: "live"), statuses: ["400"]),
    Exchange(name: "a target with a space", request: get("Host: x\r\n", target: "/a b"), statuses: ["400"]),
    Exchange(name: "a fragment", request: get("Host: x\r\n", target: "/#a"), statuses: ["400"]),
    Exchange(
      name: "a target that is too long",
      request: get("Host: x\r\n", target: "/" + String(repeating: "a", count: 40_000)),
      statuses: ["414"], contains: ["error-list"]),
    // Methods: RFC 9110, section 9.
    Exchange(
      name: "OPTIONS *", request: "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", statuses: ["204"],
      contains: ["allow: get, head"],
      lacks: ["content-length"]),
    Exchange(name: "GET *", request: get("Host: x\r\n", target: "*"), statuses: ["400"]),
    Exchange(
      name: "OPTIONS of a path", request: "OPTIONS /v2/snaps/refresh HTTP/1.1\r\nHost: x\r\n\r\n", statuses: ["204"],
      contains: ["allow: options, post"], closes: false),
    Exchange(
      name: "TRACE", request: "TRACE / HTTP/1.1\r\nHost: x\r\n\r\n", statuses: ["405"],
      contains: ["allow: get, head, options"], closes: false),
    Exchange(
      name: "CONNECT", request: "CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n", statuses: ["405"],
      contains: ["allow: "]),
    Exchange(name: "a method of WebDAV", request: "PROPFIND / HTTP/1.1\r\nHost: x\r\n\r\n", statuses: ["501"]),
    Exchange(name: "an invented method", request: "FETCH / HTTP/1.1\r\nHost: x\r\n\r\n", statuses: ["501"]),
    Exchange(
      name: "DELETE of a path", request: "DELETE /v2/snaps/find HTTP/1.1\r\nHost: x\r\n\r\n", statuses: ["405"],
      contains: ["allow: get, head, options"], closes: false),
    Exchange(
      name: "HEAD", request: "HEAD /_status/live HTTP/1.1\r\nHost: x\r\n\r\n", statuses: ["200"],
      contains: ["content-length: 15"], lacks: ["\"status\""], closes: false),
    Exchange(
      name: "a body of GET is passed over",
      request: get("Host: x\r\nContent-Length: 3\r\n") + "abc" + get("Host: x\r\n"),
      statuses: ["200", "200"], closes: false),
    // Versions: RFC 9112, section 2.3.
    Exchange(name: "HTTP/2.0", request: get("Host: x\r\n", "2.0"), statuses: ["505"]),
    Exchange(name: "the preface of HTTP/2", request: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", statuses: ["400"]),
    // Framing: RFC 9112, section 6.
    Exchange(
      name: "length and chunks",
      request: get("Host: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n",
      statuses: ["400"]),
    Exchange(
      name: "two lengths", request: get("Host: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n") + "abc",
      statuses: ["400"]),
    Exchange(name: "a signed length", request: get("Host: x\r\nContent-Length: +3\r\n") + "abc", statuses: ["400"]),
    Exchange(name: "a negative length", request: get("Host: x\r\nContent-Length: -1\r\n"), statuses: ["400"]),
    Exchange(
      name: "a length beyond all numbers", request: get("Host: x\r\nContent-Length: 99999999999999999999\r\n"),
      statuses: ["400"]),
    Exchange(
      name: "another encoding", request: get("Host: x\r\nTransfer-Encoding: gzip, chunked\r\n") + "0\r\n\r\n",
      statuses: ["501"]),
    Exchange(
      name: "chunks that are not last", request: get("Host: x\r\nTransfer-Encoding: chunked, gzip\r\n"),
      statuses: ["400"]),
    Exchange(
      name: "chunks in HTTP/1.0", request: get("Transfer-Encoding: chunked\r\n", "1.0") + "0\r\n\r\n", statuses: ["400"]
    ),
    Exchange(
      name: "a malformed chunk",
      request: "POST /v2/snaps/refresh HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
      statuses: ["400"]),
    Exchange(
      name: "trailers",
      request: get("Host: x\r\nTransfer-Encoding: chunked\r\n") + "1\r\na\r\n0\r\nX-Trailer: y\r\n\r\n"
        + get("Host: x\r\n"),
      statuses: ["200", "200"], closes: false),
    // Headers: RFC 9112, section 5.
    Exchange(name: "a space before the colon", request: get("Host: x\r\nX-A : b\r\n"), statuses: ["400"]),
    Exchange(name: "a folded header", request: get("Host: x\r\nX-A: b\r\n c\r\n"), statuses: ["400"]),
    Exchange(name: "a zero byte", request: get("Host: x\r\nX-A: b\0c\r\n"), statuses: ["400"]),
    Exchange(name: "a control character", request: get("Host: x\r\nX-A: b\u{1}c\r\n"), statuses: ["400"]),
    Exchange(name: "a bare CR", request: get("Host: x\r\nX-A: b\rc\r\n"), statuses: ["400"]),
    Exchange(name: "no name", request: get("Host: x\r\n: b\r\n"), statuses: ["400"]),
    Exchange(name: "no colon", request: get("Host: x\r\nnothing\r\n"), statuses: ["400"], contains: ["error-list"]),
    Exchange(
      name: "too many headers", request: get("Host: x\r\n" + String(repeating: "X-Many: x\r\n", count: 200)),
      statuses: ["431"], contains: ["error-list"]),
    Exchange(
      name: "a header that is too large", request: get("Host: x\r\nX-A: \(String(repeating: "a", count: 40_000))\r\n"),
      statuses: ["431"]),
    // Expectations: RFC 9110, section 10.1.1.
    Exchange(
      name: "an unknown expectation", request: get("Host: x\r\nExpect: the best\r\n"), statuses: ["417"],
      contains: ["error-list"]),
    Exchange(
      name: "an answer that needs no body",
      request: "POST /v2/snaps/refresh HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n",
      statuses: ["413"], lacks: ["100 continue"]),
    Exchange(
      name: "a route that reads no body",
      request: "POST /nowhere HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\nContent-Length: 5\r\n\r\n",
      statuses: ["404"],
      lacks: ["100 continue"]),
    // The form of errors is that of the route.
    Exchange(
      name: "an error of administration", request: get("", target: "/v2/metadata/overrides"), statuses: ["400"],
      contains: ["error_list"]),
    Exchange(
      name: "an error of registration",
      request: "POST /api/v1/snaps/auth/devices HTTP/1.1\r\n\r\n", statuses: ["400"], contains: ["{\"message\""],
      lacks: ["error-list"]),
  ]

  @Test("one by one", arguments: exchanges)
  func exchange(_ exchange: Exchange) async throws {
    try await TestServer.with {
      $0.limits.idleTimeout = .seconds(60)
    } _: { server in
      let connection = try RawConnection(port: server.port)
      await connection.send(exchange.request)
      // A connection that stays answers once more; one that does not is read to its end.
      let last = "\(exchange.name)-end".filter { $0.isLetter || $0 == "-" }
      if !exchange.closes {
        await connection.send("GET /last HTTP/1.1\r\nHost: x\r\nX-Request-Id: \(last)\r\nConnection: close\r\n\r\n")
      }
      let (bytes, isClosed) = await connection.receiveToEnd()
      // An idle connection would stay open for longer than this reads.
      #expect(isClosed)
      let text = String(decoding: bytes, as: UTF8.self)
      var statuses = text.components(separatedBy: "HTTP/1.1 ").dropFirst().map { String($0.prefix(3)) }
      var answers = text
      if !exchange.closes {
        #expect(text.contains(last), "the connection was closed: \(text)")
        #expect(statuses.last == "404")
        statuses = statuses.dropLast()
        answers = String(text[..<(text.range(of: "HTTP/1.1 404", options: .backwards)?.lowerBound ?? text.endIndex)])
      }
      #expect(statuses == exchange.statuses, "\(text)")
      let final = (answers.components(separatedBy: "HTTP/1.1 ").last ?? "").lowercased()
      for part in exchange.contains { #expect(final.contains(part), "\(text)") }
      for part in exchange.lacks { #expect(!answers.lowercased().contains(part), "\(text)") }
      #expect(final.contains("snap-store-version: 60\r\n"))
    }
  }

  @Test("lets a client send its body when it is asked for, and only then")
  func continuing() async throws {
    try await TestServer.with { server in
      let connection = try RawConnection(port: server.port)
      let body = #"{"actions":[],"context":[]}"#
      await connection.send(
        "POST /v2/snaps/refresh HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\nConnection: close\r\n"
          + "Content-Length: \(body.utf8.count)\r\n\r\n")
      let word = "HTTP/1.1 100 Continue\r\n\r\n"
      #expect(String(decoding: await connection.receive(word.utf8.count), as: UTF8.self) == word)
      await connection.send(body)
      let answer = String(decoding: await connection.receive(), as: UTF8.self)
      #expect(answer.hasPrefix("HTTP/1.1 200 "), "\(answer)")
    }
  }

  @Test("answers a client that says that nothing more will come")
  func halfClosed() async throws {
    try await TestServer.with { server in
      let connection = try RawConnection(port: server.port)
      await connection.send(Self.get("Host: x\r\n"))
      await connection.finishSending()
      let answer = String(decoding: await connection.receive(), as: UTF8.self)
      #expect(answer.hasPrefix("HTTP/1.1 200 "), "\(answer)")
    }
  }

  @Test("tells a client whose body is too slow so, and ends the connection")
  func slowBody() async throws {
    try await TestServer.with {
      $0.limits.rateInterval = .milliseconds(300)
    } _: { server in
      let connection = try RawConnection(port: server.port)
      await connection.send("POST /v2/snaps/refresh HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n{")
      let answer = String(decoding: await connection.receive(), as: UTF8.self)
      #expect(answer.hasPrefix("HTTP/1.1 408 "), "\(answer)")
      #expect(answer.contains("error-list"))
    }
  }
}
