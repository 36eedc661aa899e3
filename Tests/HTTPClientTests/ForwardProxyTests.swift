import HTTPTesting
import Reporting
import Testing

@testable import HTTPClient

@Suite("The address of a proxy") struct ForwardProxyTests {
  @Test(
    "is read in every form that curl takes",
    arguments: [
      ("http://proxy:3128", "http", "proxy", 3128, nil, nil),
      ("proxy:3128", "http", "proxy", 3128, nil, nil),
      ("Proxy.Internal", "http", "proxy.internal", 1080, nil, nil),
      ("https://proxy/", "https", "proxy", 443, nil, nil),
      ("socks5h://[::1]:9050", "socks5h", "[::1]", 9050, nil, nil),
      ("jane:s3cret@proxy:3128", "http", "proxy", 3128, "jane", "s3cret"),
      ("http://jane:s3%40cret%3A@proxy:3128", "http", "proxy", 3128, "jane", "s3@cret:"),
      ("http://jane:s3@cret/1?2#3:4@proxy:3128", "http", "proxy", 3128, "jane", "s3@cret/1?2#3:4"),
      ("http://jane:100%sure@proxy:3128", "http", "proxy", 3128, "jane", "100%sure"),
      ("http://jane@proxy", "http", "proxy", 1080, "jane", nil),
    ] as [(String, String, String, Int, String?, String?)])
  func reads(text: String, scheme: String, host: String, port: Int, user: String?, password: String?) throws {
    let proxy = try ForwardProxy(parsing: text)
    #expect(proxy.scheme == scheme && proxy.host == host && proxy.port == port)
    #expect(proxy.user == user)
    #expect(proxy.password == password)
    for shown in [proxy.description, "\(proxy)", proxy.debugDescription, proxy.address] {
      #expect(!shown.contains("@"))
    }
    if let password { #expect(!proxy.redacted.contains(password)) }
  }

  @Test(
    "that is none is refused, and nothing before the last @ is shown",
    arguments: [
      "http:/jane:s3cret@127.0.0.1:3128/x", "ftp://jane:s3cret@proxy", "jane:s3cret@", "jane:s3cret@proxy:0",
      "jane:s3cret@proxy:99999", "jane:s3cret@proxy:port", "jane:s3cret@pro xy", "http://jane:s3cret@proxy/path",
    ])
  func refuses(text: String) {
    let error = #expect(throws: ForwardProxyError.self) { try ForwardProxy(parsing: text) }
    #expect(error?.message.contains("s3cret") == false && error?.message.contains("jane") == false)
  }

  @Test(
    "is what fails, not the store, in every way a proxy can fail",
    arguments: ["unresolvable", "dead", "unreadable", "refusing", "no proxy", "silent"])
  func named(how: String) async throws {
    let web = try ScriptedServer { _ in
      switch how {
      case "refusing": [.send(answer("407 Proxy Authentication Required")), .close]
      case "no proxy": [.send(answer("404 Not Found", body: "<html>")), .close]
      default: [.close]
      }
    }
    let address =
      switch how {
      case "unresolvable": "nosuchproxy.invalid:3128"
      case "dead": "127.0.0.1:\(try ScriptedServer.unusedPort())"
      case "unreadable": "127.0.0.1:3128/path"
      default: "127.0.0.1:\(web.port)"
      }
    var configuration = HTTPClientConfiguration(
      userAgent: "test", environment: ["https_proxy": "jane:s3cret@\(address)"])
    configuration.retries = .never
    let client = HTTPClient(configuration)
    let error = await #expect(throws: HTTPClientError.self) {
      try await client.send(HTTPRequest(url: "https://store.invalid/"))
    }
    #expect(error?.message.hasPrefix("cannot use the proxy \(address): ") == true, "\(String(describing: error))")
    #expect(error?.advice?.contains("https_proxy") == true)
    for text in [error?.message, error?.advice, error.map { "\($0)" }] {
      #expect(text?.contains("s3cret") == false && text?.contains("jane") == false)
    }
    // The password does go to the proxy itself.
    if how == "refusing" { #expect(web.received.first?.header("proxy-authorization") == "Basic amFuZTpzM2NyZXQ=") }
  }
}
