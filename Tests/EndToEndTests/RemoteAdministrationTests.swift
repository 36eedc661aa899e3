import Foundation
import ProcessTesting
import StoreSimulator
import Testing

/// Administrators who are not on the proxy's host: snapstore-client, and clients that we did not write.
@Suite("Remote administration", .timeLimit(.minutes(10))) struct RemoteAdministrationTests {
  @Test("an administrator pins from afar; a login that is over is renewed; one who is removed is out")
  func remote() async throws {
    try await OnlineProxy.with { host, simulator in
      try await host.snapProxy("add-admin", "becky@example.com")
      let laptop = try ScratchDirectory()
      let environment = Programs.environment(home: laptop.path).merging([
        "UBUNTU_ONE_SSO_URL": simulator.baseURL, "SNAPSTORE_CLIENT_URL": host.url,
      ]) { $1 }
      let secrets = ["SNAPSTORE_EMAIL": "becky@example.com", "SNAPSTORE_PASSWORD": "secret"]
      func client(_ arguments: String..., with further: [String: String] = [:]) async throws -> ProcessOutcome {
        try await Programs.run(
          [Programs.snapStoreClient] + arguments, environment: environment.merging(further) { $1 })
      }
      #expect(try await client("list-overrides").status == 4)
      let refused = try await client("login", with: secrets.merging(["SNAPSTORE_PASSWORD": "wrong"]) { $1 })
      #expect(refused.status == 4)
      #expect(!(refused.output + refused.errors).contains("wrong\n"))
      #expect(try await client("login", with: secrets).output == "Login successful.\n")
      #expect(try await client("override", "hello", "stable=1").output == "hello stable amd64 1\n")
      #expect(try await client("list-overrides", "hello").output == "hello stable amd64 1 (upstream 2)\n")
      #expect(
        try await client("delete-override", "hello").output
          == "hello stable amd64 is tracking upstream (revision 2)\n")
      let history = try await host.snapProxy("overrides", "history")
      #expect(history.contains("becky@example.com") && history.contains("api"))
      let file = laptop.path + "/.config/snapstore-client/credentials.json"
      let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
      #expect(mode == 0o600)
      try await host.snapProxy("remove-admin", "becky@example.com")
      #expect(try await client("list-overrides").status == 4)
    }
  }

  @Test("a discharge that is over is renewed by itself; the password is asked for only where that is of no use")
  func renewal() async throws {
    try await OnlineProxy.with { host, simulator in
      try await host.snapProxy("add-admin", "becky@example.com")
      let laptop = try ScratchDirectory()
      let environment = Programs.environment(home: laptop.path).merging([
        "UBUNTU_ONE_SSO_URL": simulator.baseURL, "SNAPSTORE_CLIENT_URL": host.url,
      ]) { $1 }
      let secrets = environment.merging([
        "SNAPSTORE_EMAIL": "becky@example.com", "SNAPSTORE_PASSWORD": "secret",
      ]) { $1 }
      _ = try await Programs.run([Programs.snapStoreClient, "login"], environment: secrets).success("login")

      // What a laptop finds that was closed for too long.
      let file = laptop.path + "/.config/snapstore-client/credentials.json"
      func discharge() throws -> String {
        let text = try String(contentsOfFile: file, encoding: .utf8)
        return try #require(text.firstMatch(of: /"discharge" : "([^"]+)"/)).1.description
      }
      let first = try discharge()
      simulator.misbehave(Misbehaviour(.expiredDischarge, times: 1))
      let refreshed = try await Programs.run(
        [
          "curl", "-sS", "-H", "Content-Type: application/json", "-d", "{\"discharge_macaroon\":\"\(first)\"}",
          simulator.baseURL + "/api/v2/tokens/refresh",
        ], environment: environment)
      let expired = try #require(refreshed.output.firstMatch(of: /"discharge_macaroon":"([^"]+)"/)).1.description
      let kept = try String(contentsOfFile: file, encoding: .utf8).replacing(first, with: expired)
      try kept.write(toFile: file, atomically: false, encoding: .utf8)
      let listed = try await Programs.run([Programs.snapStoreClient, "list-overrides"], environment: environment)
      #expect(listed.status == 0, "\(listed.errors)")
      #expect(try discharge() != expired)

      // Everybody is logged out: no renewal helps.
      try await host.snapProxy(
        "config", "proxy.auth.secret=" + Data(repeating: 9, count: 32).base64EncodedString())
      let out = try await Programs.run([Programs.snapStoreClient, "list-overrides"], environment: environment)
      #expect(out.status == 4)
      #expect(out.errors.contains("Your login has expired."), "\(out.errors)")
      let asked = try await Programs.run(
        [Programs.snapStoreClient, "override", "hello", "stable=1"], environment: secrets)
      #expect(asked.output == "hello stable amd64 1\n", "\(asked.errors)")
      #expect(asked.errors == "The login at \(host.url) has expired.\n")
      let again = try await Programs.run(
        [Programs.snapStoreClient, "list-overrides", "hello"], environment: environment)
      #expect(again.output == "hello stable amd64 1 (upstream 2)\n")
    }
  }

  @Test("the documentation's way through the REST API, with pymacaroons and requests of its own, works")
  func documentedClient() async throws {
    try await OnlineProxy.with { host, simulator in
      try await host.snapProxy("add-admin", "becky@example.com")
      let outcome = try await Programs.run(
        ["/usr/bin/python3", Programs.conformance("overrides/walk.py"), host.url, simulator.baseURL],
        environment: host.environment)
      #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
      #expect(outcome.output.hasSuffix("the documented way works\n"))
    }
  }

  @Test("the REST API is what its OpenAPI file says, to requests right and wrong")
  func specification() async throws {
    try await OnlineProxy.with { host, simulator in
      try await host.snapProxy("add-admin", "becky@example.com")
      let login = try await Programs.run(
        ["/usr/bin/python3", Programs.conformance("overrides/walk.py"), host.url, simulator.baseURL, "--login"],
        environment: host.environment
      ).success("walk.py")
      try await host.expectConformance(
        with: Programs.documentation("reference/overrides-api.yaml"), as: login.trimmingCharacters(in: .newlines))
    }
  }
}
