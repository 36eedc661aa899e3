import Foundation
import HTTPClient
import Macaroons
import Testing

@testable import StoreSimulator

@Suite("Logging in to the simulator") struct LoginTests {
  private static let seed = SimulatorSeed.snaps([])

  @Test("gives a discharge that opens the dashboard") func login() async throws {
    try await SimulatorFixture.with(Self.seed) { store in
      let login = try await Login(store, email: "becky@example.com")
      let account = try await store.get("/dev/api/account", headers: [("Authorization", try login.header)])
      #expect(account.status == 200)
      #expect(try account.json["email"] as? String == "becky@example.com")
      #expect(try account.json["id"] as? String == SeedPublisher.becky.id)
      let unbound = try #"Macaroon root="\#(login.root.text(.v1))", discharge="\#(login.discharge.text(.v1))""#
      #expect(try await store.get("/dev/api/account", headers: [("Authorization", unbound)]).status == 401)
      #expect(try await store.get("/dev/api/account").status == 401)
      let me = try await store.get("/api/v2/tokens/whoami", headers: [("Authorization", try login.header)])
      #expect(try me.json["permissions"] as? [String] == ["package_access"])
    }
  }

  @Test(
    "says why not",
    arguments: [
      ("becky@example.com", "wrong", 401, "INVALID_CREDENTIALS"),
      ("who@example.com", "secret", 401, "INVALID_CREDENTIALS"),
      ("suspended@example.com", "secret", 401, "ACCOUNT_SUSPENDED"),
      ("deactivated@example.com", "secret", 401, "ACCOUNT_DEACTIVATED"),
      ("invalidated@example.com", "secret", 403, "EMAIL_INVALIDATED"),
      ("policy@example.com", "secret", 403, "PASSWORD_POLICY_ERROR"),
      ("ratelimited@example.com", "secret", 429, "TOO_MANY_REQUESTS"),
      ("2fa@example.com", "secret", 401, "TWOFACTOR_REQUIRED"), ("", "secret", 400, "INVALID_DATA"),
    ])
  func refusals(email: String, password: String, status: Int, code: String) async throws {
    try await SimulatorFixture.with(Self.seed) { store in
      let caveat = try await Login.caveat(of: store).caveat
      let answer = try await store.post(
        "/api/v2/tokens/discharge", ["email": email, "password": password, "caveat_id": caveat])
      #expect(answer.status == status)
      #expect(try answer.json["code"] as? String == code)
    }
  }

  @Test("wants the second factor where there is one") func secondFactor() async throws {
    try await SimulatorFixture.with(Self.seed) { store in
      let caveat = try await Login.caveat(of: store).caveat
      var question = ["email": "2fa@example.com", "password": "secret", "caveat_id": caveat, "otp": "000000"]
      let wrong = try await store.post("/api/v2/tokens/discharge", question)
      #expect(wrong.status == 403)
      #expect(try wrong.json["code"] as? String == "TWOFACTOR_FAILURE")
      question["otp"] = "123456"
      #expect(try await store.post("/api/v2/tokens/discharge", question).status == 200)
      question["caveat_id"] = "{}"
      #expect(try await store.post("/api/v2/tokens/discharge", question).status == 400)
    }
  }

  @Test("can be renewed when it has expired") func expiry() async throws {
    try await SimulatorFixture.with(Self.seed) { store in
      store.simulator.misbehave(Misbehaviour(.expiredDischarge, times: 1))
      var login = try await Login(store, email: "becky@example.com")
      let expired = try await store.get("/dev/api/account", headers: [("Authorization", try login.header)])
      #expect(expired.status == 401)
      #expect(expired.headers["www-authenticate"] == "Macaroon needs_refresh=1")
      #expect(expired.text.contains(#""error_list":[{"code":"macaroon-needs-refresh""#))
      let fresh = try await store.post("/api/v2/tokens/refresh", ["discharge_macaroon": try login.discharge.text(.v1)])
      login.discharge = try Macaroon(text: try #require(fresh.json["discharge_macaroon"] as? String))
      #expect(try await store.get("/dev/api/account", headers: [("Authorization", try login.header)]).status == 200)
      let forged = try await store.post("/api/v2/tokens/refresh", ["discharge_macaroon": try login.root.text(.v1)])
      #expect(forged.status == 400)
    }
  }

  @Test("takes a token without a login, and tells whose it is") func token() async throws {
    try await SimulatorFixture.with(Self.seed) { store in
      let token = try store.simulator.adminToken()
      let answer = try await store.get("/api/v2/tokens/whoami", headers: [("Authorization", "Macaroon \(token)")])
      #expect(answer.text.contains(#""permissions":["store_admin","package_access"]"#))
      #expect(answer.text.contains("becky@example.com"))
      let wrong = String(token.dropLast(4)) + "AAAA"
      let refused = try await store.get("/dev/api/account", headers: [("Authorization", "Macaroon \(wrong)")])
      #expect(refused.status == 401)
    }
  }

  @Test("is not enough where the agreement was not signed") func notReady() async throws {
    try await SimulatorFixture.with(Self.seed) { store in
      let login = try await Login(store, email: "notready@example.com")
      let refused = try await store.get("/dev/api/account", headers: [("Authorization", try login.header)])
      #expect(refused.status == 403)
      #expect(refused.text.contains("user-not-ready"))
    }
  }
}

/// What a client has after a login.
struct Login: Sendable {
  let root: Macaroon
  /// Unbound.
  var discharge: Macaroon

  /// Logs in with the password that everybody has.
  init(_ store: SimulatorFixture, email: String, permissions: [String] = ["package_access"]) async throws {
    let (root, caveat) = try await Self.caveat(of: store, permissions: permissions)
    let answer = try await store.post(
      "/api/v2/tokens/discharge", ["email": email, "password": "secret", "caveat_id": caveat])
    self.root = root
    discharge = try Macaroon(text: try #require(answer.json["discharge_macaroon"] as? String))
  }

  /// A root of the dashboard and the identifier of its third-party caveat.
  static func caveat(
    of store: SimulatorFixture, permissions: [String] = ["package_access"]
  ) async throws -> (root: Macaroon, caveat: String) {
    let answer = try await store.post("/dev/api/acl/", ["permissions": permissions])
    let root = try Macaroon(text: try #require(answer.json["macaroon"] as? String))
    let caveat = try #require(root.caveats.first { $0.isThirdParty })
    #expect(caveat.location == "login.ubuntu.com")
    return (root, String(decoding: caveat.id, as: UTF8.self))
  }

  /// The value of `Authorization`, with the discharge bound.
  var header: String {
    get throws { #"Macaroon root="\#(try root.text(.v1))", discharge="\#(try discharge.bound(to: root).text(.v1))""# }
  }
}
