import Foundation
import HTTPClient
import ProxyState
import StoreAPI
import StoreModel
import Synchronization
import Testing

@testable import ProxyServer

@Suite("The devices API over HTTP") struct DeviceAPITests {
  @Test("answers everything with the store's version, a request id, a length and the exact content type")
  func heads() async throws {
    try await TestServer.with({ $0.hasFiles = true }) { server in
      for (method, path, status, type) in [
        ("GET", "/", 200, "text/html; charset=utf-8"), ("HEAD", "/", 200, "text/html; charset=utf-8"),
        ("GET", "/v2/snaps/info/jq", 200, "application/json"), ("HEAD", "/v2/snaps/info/jq", 200, "application/json"),
        ("GET", "/v2/snaps/info/nosuch", 404, "application/json"),
        ("GET", "/v2/snaps/find?q=jq", 200, "application/json"),
        ("GET", "/v2/snaps/find?q=zzz", 200, "application/json"),
        ("GET", "/v2/snaps/categories", 200, "application/json"),
        ("GET", "/api/v1/snaps/sections", 200, "application/hal+json"),
        ("GET", "/api/v1/snaps/names", 200, "application/hal+json"),
        ("GET", "/v2/assertions/account/nobody?max-format=0", 404, "application/json"),
        ("GET", "/v2/assertions/no-such-type/x", 404, "application/json"),
        ("GET", "/v2/auth/store/assertions", 404, "application/json"), ("GET", "/nowhere", 404, "application/json"),
        ("POST", "/v2/cohorts", 404, "application/json"), ("POST", "/v2/messages", 404, "application/json"),
        ("GET", "/api/v1/snaps/purchases/orders", 404, "application/json"),
        ("POST", "/api/v1/snaps/auth/devices", 404, "application/json"),
        ("POST", "/api/v1/snaps/auth/request-id", 404, "application/json"),
        ("POST", "/api/v1/snaps/auth/nonces", 200, "application/json"),
        ("DELETE", "/v2/snaps/find", 405, "application/json"), ("GET", "/v2/snaps/refresh", 405, "application/json"),
        ("POST", "/v2/snaps/refresh", 400, "application/json"),
        ("GET", "/api/v1/snaps/download/x.snap", 404, "application/json"),
        ("GET", "/_status/check", 200, "application/json"), ("GET", "/_status/ready", 200, "application/json"),
        ("GET", "/_status/live", 200, "application/json"),
      ] {
        let response = try await server.get(path, method: method)
        #expect(response.status == status, "\(method) \(path)")
        #expect(response.headers["content-type"] == type, "\(method) \(path)")
        #expect(response.headers["snap-store-version"] == "60", "\(method) \(path)")
        #expect(response.headers["x-request-id"] != nil, "\(method) \(path)")
        #expect(response.headers["transfer-encoding"] == nil, "\(method) \(path)")
        let length = try #require(response.headers["content-length"].flatMap { Int($0) }, "\(method) \(path)")
        if method == "HEAD" {
          #expect(response.body.isEmpty)
          #expect(length > 0)
        } else {
          #expect(response.body.count == length)
        }
        if status >= 400, !path.contains("/auth/") || path.contains("store") {
          #expect(try !JSONDecoder().decode(StoreErrors.self, from: Data(response.body)).items.isEmpty)
        }
      }
    }
  }

  @Test("keeps the client's request id where it is decent")
  func requestIDs() async throws {
    try await TestServer.with { server in
      #expect(try await server.get("/", headers: [("X-Request-Id", "abc-1")]).headers["x-request-id"] == "abc-1")
      let evil = try await server.get("/", headers: [("X-Request-Id", "a b\"c")]).headers["x-request-id"]
      #expect(evil != nil && evil != "a b\"c")
    }
  }

  @Test("says which methods a path has")
  func allow() async throws {
    try await TestServer.with { server in
      let find = try await server.get("/v2/snaps/find", method: "DELETE")
      #expect(find.headers["allow"] == "GET, HEAD, OPTIONS")
      let refresh = try await server.get("/v2/snaps/refresh")
      #expect(refresh.headers["allow"] == "OPTIONS, POST")
    }
  }

  @Test("answers the worked example of the reference")
  func refresh() async throws {
    let id = try SnapFixture.id("jq")
    let body = """
      {"context":[{"snap-id":"\(id)","instance-key":"\(id)","revision":4,"tracking-channel":"latest/stable",
        "epoch":{"read":[0],"write":[0]},"refreshed-date":"2026-01-02T10:00:00Z"}],
       "actions":[{"action":"refresh","instance-key":"\(id)","snap-id":"\(id)"},
        {"action":"install","instance-key":"install-1","name":"nosuch","channel":"beta","epoch":null},
        {"action":"fetch-assertions","key":"g","assertions":[{"type":"account","primary-key":["nobody"]}]}],
       "fields":["architectures","base","confinement","media"]}
      """
    try await TestServer.with { server in
      let response = try await server.post(
        "/v2/snaps/refresh", body, headers: [("Snap-Device-Architecture", "amd64"), ("Host", "evil.example")])
      #expect(response.status == 200)
      #expect(response.headers["content-type"] == "application/json")
      let results = try JSONDecoder().decode(RefreshResponse.self, from: Data(response.body)).results
      #expect(results.map(\.result) == ["refresh", "error", "fetch-assertions"])
      #expect(results[0].snap?.download?.url?.hasPrefix("http://store.example/api/v1/snaps/download/") == true)
      #expect(results[1].error?.code == "name-not-found")
      #expect(results[2].errorList?.first?.code == "not-found")
      #expect(results[2].errorList?.first?.primaryKey == ["nobody"])
    }
  }

  @Test("refuses bodies that are too large")
  func largeBodies() async throws {
    try await TestServer.with { server in
      let response = try await server.post("/v2/snaps/refresh", String(repeating: " ", count: 4 << 20 + 1))
      #expect(response.status == 413)
    }
  }

  @Test("asks for a new session where the one that came is not ours")
  func foreignSession() async throws {
    try await TestServer.with { server in
      for header in ["Snap-Device-Authorization", "X-Device-Authorization"] {
        let response = try await server.get("/v2/snaps/info/jq", headers: [(header, "Macaroon root=\"AgEabc\"")])
        #expect(response.status == 401)
        #expect(response.headers["www-authenticate"] == "Macaroon realm=\"snap store\", refresh_device_session=1")
      }
    }
  }

  @Test("puts _embedded first in names, which snapd reads as a stream")
  func names() async throws {
    try await TestServer.with { server in
      let body = try await server.get("/api/v1/snaps/names").text
      #expect(body.hasPrefix("{\"_embedded\":{\"clickindex:package\":["))
    }
  }

  @Test("reads queries as forms write them", arguments: ["q=summary+jq", "q=summary%20jq", "x=1&q=%6aq", "name=j&q="])
  func queries(query: String) async throws {
    try await TestServer.with {
      $0.snaps[0].summary = "summary"
    } _: { server in
      let response = try await server.get("/v2/snaps/find?\(query)")
      #expect(try JSONDecoder().decode(FindResponse.self, from: Data(response.body)).results.count == 1)
    }
  }

  @Test("tries again to load what it was told of, and offers the last generation meanwhile")
  func failingLoads() async throws {
    let loads = LoadCounter()
    try await TestServer.with {
      // The first is that of the start.
      $0.loadAssertions = {
        if (2...3).contains(loads.next()) { throw RawConnectionError(reason: "the database is gone") }
        return []
      }
    } _: { server in
      server.changes.yield(.catalogue(Catalogue(generation: 2, snaps: [])))
      let response = try await server.get("/v2/snaps/info/jq")
      #expect(response.status == 200)
      while loads.count < 4 { try await Task.sleep(for: .milliseconds(10)) }
      #expect(loads.count == 4)
    }
  }

  @Test("offers the next generation as soon as it is told of it")
  func changes() async throws {
    try await TestServer.with { server in
      #expect(try await server.get("/v2/snaps/info/new").status == 404)
      server.changes.yield(
        .catalogue(Catalogue(generation: 2, snaps: [try SnapFixture("new").snap(), try SnapFixture("jq").snap()])))
      var status = 404
      for _ in 0..<1000 where status == 404 {
        status = try await server.get("/v2/snaps/info/new").status
        await Task.yield()
      }
      #expect(status == 200)
      #expect(try await server.get("/v2/snaps/info/jq").status == 200)
    }
  }
}

private final class LoadCounter: Sendable {
  private let state = Mutex(0)
  var count: Int { state.withLock { $0 } }
  func next() -> Int {
    state.withLock { count in
      count += 1
      return count
    }
  }
}
