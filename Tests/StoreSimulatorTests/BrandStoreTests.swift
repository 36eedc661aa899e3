import Assertions
import Cryptography
import Foundation
import HTTPClient
import StoreSimulator
import Testing

@Suite("Simulated brand stores") struct BrandStoreTests {
  private func headers(_ fixture: SimulatorFixture, store: String = "acme-devices") throws -> [(String, String)] {
    [("Authorization", "Macaroon \(try fixture.simulator.adminToken())"), ("Snap-Device-Store", store)]
  }

  @Test("private snaps are there for whoever shows the token and names the store, and for nobody else")
  func privacy() async throws {
    try await SimulatorFixture.with { fixture in
      let ours = try headers(fixture)
      let path = "/v2/snaps/info/acme-app?fields=download%2Crevision"
      #expect(try await fixture.get(path, headers: ours).status == 200)
      #expect(try await fixture.get(path, headers: try headers(fixture, store: "acme-base")).status == 200)
      #expect(try await fixture.get(path).status == 404)
      #expect(try await fixture.get(path, headers: [ours[0]]).status == 404)
      #expect(try await fixture.get(path, headers: [ours[1]]).status == 401)
      #expect(try await fixture.get(path, headers: [("Authorization", "Macaroon AAAA"), ours[1]]).status == 401)
      #expect(try await fixture.get(path, headers: try headers(fixture, store: "rival")).status == 403)

      let file = try #require(fixture.simulator.revision(12, of: "acme-app")).path
      #expect(try await fixture.get(file, headers: ours).status == 200)
      #expect(try await fixture.get(file).status == 404)
      let found = try await fixture.get("/v2/snaps/find?q=acme", headers: []).json
      #expect((found["results"] as? [Any])?.isEmpty == true)
    }
  }

  @Test("a device view shows its parent's snaps and those that it includes, and no others") func deviceView()
    async throws
  {
    try await SimulatorFixture.with { fixture in
      let ours = try headers(fixture)
      #expect(try await fixture.get("/v2/snaps/info/core22", headers: ours).status == 200)
      #expect(try await fixture.get("/v2/snaps/info/htop", headers: ours).status == 404)
      #expect(
        try await fixture.get("/v2/snaps/info/core22", headers: try headers(fixture, store: "acme-base")).status == 404)
    }
  }

  @Test("the dashboard describes stores to their administrators, in pages") func dashboard() async throws {
    try await SimulatorFixture.with { fixture in
      let token = [("Authorization", "Macaroon \(try fixture.simulator.adminToken())")]
      let store = try #require(
        try await fixture.get("/api/v2/stores/acme-devices", headers: token).json["store"] as? [String: Any])
      #expect(store["parent"] as? String == "acme-base")
      #expect(try await fixture.get("/api/v2/stores/acme-devices").status == 401)
      #expect(try await fixture.get("/api/v2/stores/rival", headers: token).status == 404)
      var names: [String] = []
      var path = "/api/v2/stores/acme-devices/snaps"
      while true {
        let page = try await fixture.get(path, headers: token).json
        names += (page["snaps"] as? [[String: Any]] ?? []).compactMap { $0["name"] as? String }
        guard let next = ((page["_links"] as? [String: Any])?["next"] as? [String: Any])?["href"] as? String else {
          break
        }
        path = String(next.dropFirst(fixture.url.count))
      }
      #expect(names == ["core22", "jq", "snapd"])
      let own = try await fixture.get("/api/v2/stores/acme-base/snaps", headers: token).json
      let snaps = own["snaps"] as? [[String: Any]] ?? []
      #expect(snaps.map { $0["name"] as? String } == ["acme-app", "acme-future"])
      #expect((snaps[1]["latest-release"] as? [String: Any])?["revision"] == nil)
      let account = try await fixture.get("/dev/api/account", headers: token).json
      let stores = account["stores"] as? [[String: Any]] ?? []
      #expect(stores.map { $0["id"] as? String } == ["acme-base", "acme-devices"])
    }
  }

  @Test("brand, its key and the device view are stated in assertions that verify") func assertions() async throws {
    try await SimulatorFixture.with { fixture in
      let store = try await fixture.assertion("store/acme-devices")
      let brand = try #require(store["operator-id"])
      #expect(try await fixture.get("/v2/assertions/store/acme-base").status == 404)
      #expect(try await fixture.assertion("account/\(brand)")["username"] == "acme")
      let key = try await fixture.assertion("account-key/\(fixture.simulator.brandKeyID.base64URL)")
      #expect(key["account-id"] == brand)
    }
  }
}
