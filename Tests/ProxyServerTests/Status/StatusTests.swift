import Foundation
import HTTPClient
import ProxyState
import Testing

@testable import ProxyServer

@Suite("Status") struct StatusTests {
  @Test("tells that all is well, and which part is not")
  func check() async throws {
    try await TestServer.with({ $0.hasFiles = true }) { server in
      let fine = try await server.get("/_status/check")
      #expect(fine.status == 200)
      let check = try JSONDecoder().decode(GetCheck.Check.self, from: Data(fine.body))
      #expect(check.status == "ok")
      #expect(check.snaps == 1)
      server.changes.yield(.disconnected(reason: "connection refused"))
      var response = fine
      for _ in 0..<1000 where response.status == 200 { response = try await server.get("/_status/check") }
      #expect(response.status == 500)
      let failing = try JSONDecoder().decode(GetCheck.Check.self, from: Data(response.body))
      #expect(failing.components["database"]?.status == "error")
      #expect(failing.components["snapproxy"]?.status == "ok")
      // Devices are answered from memory, so the load balancer need not know.
      let ready = try await server.get("/_status/ready")
      #expect(ready.status == 200)
      server.changes.yield(.connected)
      for _ in 0..<1000 where response.status == 500 { response = try await server.get("/_status/check") }
      #expect(response.status == 200)
    }
  }

  @Test("tells that files of the catalogue cannot be read") func missingFiles() async throws {
    try await TestServer.with { server in
      let answer = try await server.get("/_status/check")
      #expect(answer.status == 500)
      let check = try JSONDecoder().decode(GetCheck.Check.self, from: Data(answer.body))
      #expect(check.components["files"]?.message?.hasPrefix("1 of 1 files cannot be read, for example ") == true)
    }
  }

  @Test("tells other hosts which part does not work, and not why")
  func privacy() {
    let check = GetCheck.Check(
      status: "error",
      components: [
        "database": .init(status: "error", message: "cannot reach PostgreSQL at db.internal:5432 as snaps"),
        "snapproxy": .init(status: "ok"),
      ], generation: 1, snaps: 1, missingOverrides: ["secret-snap stable amd64 7"])
    #expect(check.shown(toLocal: true) == check)
    let shown = check.shown(toLocal: false)
    #expect(shown.components["database"]?.status == "error")
    #expect(shown.components["database"]?.message?.contains("db.internal") == false)
    #expect(shown.components["snapproxy"] == .init(status: "ok"))
    #expect(shown.missingOverrides == nil)
    #expect(shown.status == "error")
  }

  @Test("takes no request for a local one that a balancer passed on")
  func throughBalancer() async throws {
    try await TestServer.with { server in
      let own = try await server.get("/_status/check")
      #expect(own.text.contains("files cannot be read"))
      let passed = try await server.get("/_status/check", headers: [("X-Forwarded-For", "203.0.113.9")])
      #expect(passed.status == 500)
      #expect(!passed.text.contains("files cannot be read"))
    }
  }

  @Test("counts for Prometheus, by route and never by path")
  func metrics() async throws {
    try await TestServer.with { server in
      for name in ["jq", "a", "b", "c"] { _ = try await server.get("/v2/snaps/info/\(name)?token=secret") }
      let page = try await server.get("/_status/metrics")
      #expect(page.headers["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true)
      #expect(page.text.contains("snap_proxy_http_requests_total{route=\"/v2/snaps/info/{name}\",status=\"404\"} 3\n"))
      #expect(page.text.contains("snap_proxy_http_requests_total{route=\"/v2/snaps/info/{name}\",status=\"200\"} 1\n"))
      #expect(page.text.contains("_count{route=\"/v2/snaps/info/{name}\"} 4\n"))
      #expect(page.text.contains("snap_proxy_catalogue_snaps 1\n"))
      #expect(page.text.contains("\nprocess_resident_memory_bytes "))
      #expect(!page.text.contains("secret"))
    }
  }
}
