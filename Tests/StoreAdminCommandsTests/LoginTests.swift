import StoreSimulator
import Testing

@Suite("store-admin login") struct LoginTests {
  @Test("asks for --offline, for the token, and for a store that answers") func problems() async throws {
    let fixture = try await AdminFixture.make()
    let online = try await fixture.run(["login", "https://snaps.internal", "becky@example.com"])
    #expect(online.code == 2)
    #expect(online.error.contains("--offline"))
    let arguments = ["login", "--offline", fixture.simulator.baseURL, "becky@example.com"]
    let noToken = try await fixture.run(arguments, hasToken: false)
    #expect(noToken.code == 4)
    #expect(noToken.error.contains("export STORE_ADMIN_TOKEN=$(cat <store-export>.macaroon)"))
    // The upstream store is none behind a gap.
    let upstream = try await fixture.run(arguments)
    #expect(upstream.code == 5)
    #expect(upstream.error.contains("it takes no exported tokens"), "\(upstream.error)")
    for command in ["whoami", "logout"] {
      let nobody = try await fixture.run([command])
      #expect(nobody.code == 4)
      #expect(nobody.error.contains("login --offline"))
    }
  }
}
