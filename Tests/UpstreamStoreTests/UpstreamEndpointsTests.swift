import HTTPClient
import Testing
import UpstreamStore

@Suite("UpstreamEndpoints") struct UpstreamEndpointsTests {
  @Test("are Canonical's by default") func defaults() throws {
    #expect(try UpstreamEndpoints(environment: [:]) == .canonical)
  }

  @Test("are taken from the variables that snapcraft's users know") func environment() throws {
    let endpoints = try UpstreamEndpoints(environment: [
      "STORE_API_URL": "http://a:1/", "UBUNTU_STORE_URL": "http://ignored/", "STORE_DASHBOARD_URL": "http://b",
      "UBUNTU_ONE_SSO_URL": "HTTPS://C:443/x/", "CHARMHUB_URL": "",
    ])
    #expect(
      endpoints
        == UpstreamEndpoints(
          devices: "http://a:1", dashboard: "http://b", sso: "https://c/x", charmhub: "https://api.charmhub.io"))
  }

  @Test("are all the same where one upstream is named, and the command line goes before everything") func one() throws {
    let environment = ["STORE_ADMIN_UPSTREAM": "http://s:1", "UBUNTU_ONE_SSO_URL": "http://sso:2"]
    let named = try UpstreamEndpoints(environment: environment)
    #expect(named.devices == "http://s:1")
    #expect(named.sso == "http://sso:2")
    #expect(
      try UpstreamEndpoints(environment: environment, upstream: "http://other/")
        == UpstreamEndpoints(allAt: "http://other"))
  }

  @Test("must be web addresses") func malformed() {
    #expect(throws: HTTPClientError.self) { try UpstreamEndpoints(environment: ["STORE_API_URL": "api.snapcraft.io"]) }
  }
}

@Suite("ProxyAddress") struct ProxyAddressTests {
  @Test(
    "has one form",
    arguments: [
      ("https://Snaps.Example.COM/", "https://snaps.example.com"), ("HTTP://h:80", "http://h"),
      ("https://h:8443", "https://h:8443"), ("http://[::1]:81/", "http://[::1]:81"),
    ])
  func form(text: String, normal: String) throws { #expect(try ProxyAddress(parsing: text).description == normal) }

  @Test(
    "has no path, query, user or other scheme",
    arguments: ["http://h/x", "http://h/?a", "http://u@h", "ftp://h", "h", ""])
  func refuses(text: String) { #expect(throws: ProxyAddressError.self) { try ProxyAddress(parsing: text) } }

  @Test(
    "has a host that every program reads alike, and a port",
    arguments: [
      "http://010.1.1.1", "http://127.1", "http://0x7f.1", "http://2130706433", "http://[fe80::1%25eth0]",
      "http://a..b",
      "http://h:0",
    ])
  func hosts(text: String) { #expect(throws: ProxyAddressError.self) { try ProxyAddress(parsing: text) } }
}

@Suite("StoreCredentials") struct StoreCredentialsTests {
  @Test("come from STORE_ADMIN_TOKEN, without the blanks that pasting leaves, and are never printed") func token()
    throws
  {
    #expect(try StoreCredentials(environment: ["STORE_ADMIN_TOKEN": " abc\n"]) == .token("abc"))
    #expect(try StoreCredentials(environment: ["STORE_ADMIN_TOKEN": "\n"]) == nil)
    #expect(try StoreCredentials(environment: [:]) == nil)
    for garbage in ["s3cret token", "s3cret\ntoken", "s3crét", String(repeating: "s3cret", count: 20_000)] {
      let error = #expect(throws: StoreTokenError.self) {
        try StoreCredentials(environment: ["STORE_ADMIN_TOKEN": garbage])
      }
      #expect(error?.message.contains("STORE_ADMIN_TOKEN") == true && error?.message.contains("s3cr") == false)
    }
    #expect("\(StoreCredentials.token("abc"))" == "<macaroon>")
    #expect(String(reflecting: StoreCredentials.token("abc")) == "<macaroon>")
  }
}
