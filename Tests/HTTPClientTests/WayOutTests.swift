import Foundation
import HTTPTesting
import Testing

@testable import HTTPClient

@Suite("Addresses and the way out") struct WayOutTests {
  @Test(
    "an address is normalised",
    arguments: [
      ("HTTPS://API.Example.com:443/a%20b?q=1#f", "https://api.example.com/a%20b?q=1"),
      ("http://h:80", "http://h/"),
      ("http://[::1]:8080/x", "http://[::1]:8080/x"),
    ])
  func normalises(text: String, normal: String) throws { #expect(try WebAddress(parsing: text).description == normal) }

  @Test("what is no web address is refused", arguments: ["", "host/path", "ftp://h/", "http://", "http://u:p@h/"])
  func refuses(text: String) { #expect(throws: HTTPClientError.self) { try WebAddress(parsing: text) } }

  @Test("messages show neither passwords nor queries")
  func shown() { #expect(displayURL("https://user:pw@h/p?token=t") == "https://h/p") }

  @Test("only https_proxy is taken from the environment, and only https goes through it")
  func environment() async throws {
    let proxy = try ScriptedServer { _ in [.send(answer("403 Forbidden")), .close] }
    let server = try ScriptedServer { _ in [.send(answer("200 OK", body: "direct"))] }
    var configuration = HTTPClientConfiguration(
      userAgent: "test", environment: ["http_proxy": "http://127.0.0.1:1", "https_proxy": proxy.url])
    configuration.retries = .never
    let client = HTTPClient(configuration)
    #expect(try await client.send(HTTPRequest(url: server.url)).text == "direct")
    do {
      _ = try await client.send(HTTPRequest(url: "https://store.invalid/x"))
      Issue.record("the proxy's refusal went unnoticed")
    } catch { if case .proxy(let name, _, _) = error { #expect(name == proxy.url) } else { throw error } }
    #expect(proxy.received.first?.head.hasPrefix("CONNECT store.invalid:443 HTTP/1.1") == true)

    configuration.noProxy = "store.invalid"
    await #expect(throws: HTTPClientError.cannotResolve(host: "store.invalid")) {
      try await HTTPClient(configuration).send(HTTPRequest(url: "https://store.invalid/x"))
    }
  }

  @Test("a server that does not speak TLS is named")
  func tls() async throws {
    let server = try ScriptedServer { _ in [.close] }
    var configuration = HTTPClientConfiguration()
    configuration.retries = .never
    configuration.connectTimeout = .milliseconds(300)
    await #expect(throws: HTTPClientError.self) {
      try await HTTPClient(configuration).send(HTTPRequest(url: "https://127.0.0.1:\(server.port)/"))
    }
  }
}
