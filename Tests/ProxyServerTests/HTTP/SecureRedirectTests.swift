import HTTPTesting
import ProxyState
import Testing

@testable import ProxyServer

/// A load balancer in front ends TLS; only where it is believed does its word count.
@Suite("Redirects to HTTPS") struct SecureRedirectTests {
  private func status(
    _ forwarded: String?, trusts: Bool = true, address: String = "https://store.example"
  ) async throws -> (status: Int, location: String?) {
    let upstream = try ScriptedServer { _ in [.send(answer("200 OK", body: "[]"))] }
    let (answers, heard) = AsyncStream.makeStream(of: String.self)
    try await TestServer.with({
      $0.upstream = upstream.url
      $0.balancers = trusts ? .everyone : .none
      $0.address = address
    }) { server in
      let connection = try RawConnection(port: server.port)
      let header = forwarded.map { "X-Forwarded-Proto: \($0)\r\n" } ?? ""
      await connection.send(
        "GET /api/v1/snaps/names?x=1 HTTP/1.1\r\nHost: evil.example\r\n\(header)Connection: close\r\n\r\n")
      heard.yield(String(decoding: await connection.receive(), as: UTF8.self))
    }
    heard.finish()
    var lines: [Substring] = []
    for await text in answers { lines = text.split(separator: "\r\n") }
    let status = lines.first.flatMap { Int($0.split(separator: " ")[1]) } ?? 0
    let location = lines.first { $0.lowercased().hasPrefix("location: ") }.map { String($0.dropFirst(10)) }
    return (status, location)
  }

  @Test(
    "who came to the balancer by HTTP is sent to HTTPS, at the store's own address", arguments: ["http", "http, https"])
  func plain(forwarded: String) async throws {
    let (status, location) = try await status(forwarded)
    #expect(status == 308)
    #expect(location == "https://store.example/api/v1/snaps/names?x=1")
  }

  @Test("who came to it by HTTPS is answered", arguments: ["https", "HTTPS", "https, http"])
  func secure(forwarded: String) async throws { #expect(try await status(forwarded).status == 200) }

  @Test("nobody is sent where nobody serves TLS") func nowhere() async throws {
    #expect(try await status("http", address: "http://store.example").status == 200)
    #expect(try await status(nil).status == 200)
  }

  @Test("a client's own word counts for nothing where no balancer is believed") func untrusted() async throws {
    #expect(try await status("http", trusts: false).status == 200)
  }
}
