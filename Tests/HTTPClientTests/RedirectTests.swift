import Foundation
import HTTPTesting
import Testing

@testable import HTTPClient

@Suite("Redirects") struct RedirectTests {
  private func next(
    _ from: String, _ status: Int, _ location: String, method: String = "GET"
  ) throws -> HTTPRequest? {
    let request = HTTPRequest(
      method: method, url: from,
      headers: [
        ("Authorization", "Macaroon x"), ("Macaroons", "m"), ("X-Device-Authorization", "d"),
        ("Snap-Device-Authorization", "s"), ("Accept", "a"), ("Content-Type", "c"),
      ], body: method == "GET" ? nil : [1])
    let response = HTTPResponse(status: status, headers: ["Location": location])
    return try Redirect.next(after: response, to: request, at: WebAddress(parsing: from))?.request
  }

  @Test("carry credentials only within the same origin")
  func credentials() throws {
    let same = try #require(try next("https://a.example/x/y", 302, "../z?q"))
    #expect(same.url == "https://a.example/z?q")
    #expect(same.headers.count == 6)
    for other in ["https://b.example/", "https://a.example:444/", "//c.example/"] {
      #expect(try next("https://a.example/x", 302, other)?.headers.map(\.0) == ["Accept", "Content-Type"])
    }
  }

  @Test(
    "never lead from https to http, nor out of the web",
    arguments: ["http://a.example/", "file:///etc/passwd", "ftp://a/"])
  func downgrade(target: String) throws {
    #expect(throws: HTTPClientError.self) { try next("https://a.example/x", 302, target) }
  }

  @Test("may lead from http to https") func upgrade() throws {
    #expect(try next("http://a.example/x", 301, "https://a.example/x")?.url == "https://a.example/x")
  }

  @Test(
    "turn a POST into a GET, except 307 and 308", arguments: [(302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")])
  func methods(status: Int, method: String) throws {
    let request = try #require(try next("http://a/", status, "/b", method: "POST"))
    #expect(request.method == method)
    #expect((request.body == nil) == (method == "GET"))
  }

  @Test("take no body, and so no password, to another origin", arguments: [301, 302, 303, 307, 308])
  func bodies(status: Int) async throws {
    for other in ["https://b.example/", "https://a.example:444/x", "//c.example/"] {
      #expect(throws: HTTPClientError.self) { try next("https://a.example/x", status, other, method: "POST") }
    }
    let other = try ScriptedServer { _ in [.send(answer("200 OK", body: "a discharge"))] }
    let target = "\(other.url)/login"
    let server = try ScriptedServer { _ in [.send(answer("\(status) Moved", ["Location: \(target)"]))] }
    let login = HTTPRequest(method: "POST", url: "\(server.url)/login", body: Array("password".utf8))
    let error = await #expect(throws: HTTPClientError.self) { try await HTTPClient().send(login) }
    #expect(error?.message.contains("\(server.url)/login") == true && error?.message.contains(target) == true)
    #expect(server.received.count == 1)
    #expect(other.received.isEmpty)
  }

  @Test(
    "leave out every header that may prove who we are",
    arguments: ["X-Proxy-Signature", "Cookie", "X-Api-Key", "Macaroons", "X-Session-Token", "Proxy-Authorization"])
  func proofs(name: String) { #expect(Redirect.isCredential(name)) }

  @Test("are followed to another host without credentials, at most ten times")
  func follows() async throws {
    let other = try ScriptedServer { _ in [.send(answer("200 OK", body: "there"))] }
    let target = other.url
    let server = try ScriptedServer { request in
      let location = request.path == "/loop" ? "/loop" : "\(target)/file"
      return [.send(answer("302 Found", ["Location: \(location)"], body: "moved"))]
    }
    let sink = Sink()
    let request = HTTPRequest(url: "\(server.url)/start", headers: [("Authorization", "Macaroon x"), ("Accept", "y")])
    let response = try await HTTPClient().download(request, from: 0, receive: sink.take)
    #expect(response.url == "\(target)/file")
    #expect(sink.text == "there")
    #expect(server.received.first?.header("authorization") == "Macaroon x")
    #expect(other.received.first?.header("authorization") == nil)
    #expect(other.received.first?.header("accept") == "y")
    await #expect(throws: HTTPClientError.self) {
      try await HTTPClient().send(HTTPRequest(url: "\(server.url)/loop"))
    }
    #expect(server.received.count == 12)
  }
}
