import Foundation
import HTTPClient
import HTTPTesting
import Macaroons
import Testing
import UpstreamStore

@Suite("SingleSignOn") struct SingleSignOnTests {
  private func sso(_ status: String, _ body: String) throws -> (SingleSignOn, ScriptedServer) {
    let server = try ScriptedServer { _ in [.send(answer(status, body: body))] }
    var configuration = HTTPClientConfiguration()
    configuration.retries = .never
    return (
      SingleSignOn(client: HTTPClient(configuration), endpoints: try UpstreamEndpoints(allAt: server.url)), server
    )
  }

  @Test("passes the caveat's identifier on as it is") func caveat() async throws {
    let macaroon = try Macaroon(location: "l", identifier: [1], rootKey: [2]).text(.v1)
    let (sso, server) = try sso("200 OK", #"{"discharge_macaroon":"\#(macaroon)"}"#)
    let caveat = #"{"secret":  "a+b/c=", "version": 1}"#
    let discharge = try await sso.discharge(
      email: "becky@example.com", password: "p", caveatID: caveat, oneTimePassword: "123")
    #expect(discharge == macaroon)
    let request = try #require(server.received.first)
    #expect(request.head.hasPrefix("POST /api/v2/tokens/discharge "))
    let sent = try #require(
      try JSONSerialization.jsonObject(with: Data(request.body.utf8)) as? [String: String])
    #expect(sent == ["email": "becky@example.com", "password": "p", "caveat_id": caveat, "otp": "123"])
  }

  @Test(
    "takes nothing for a discharge that is no macaroon",
    arguments: [#"{"discharge_macaroon":"d"}"#, #"{"discharge_macaroon":""}"#, "{}", "[", ""])
  func noDischarge(body: String) async throws {
    let (sso, _) = try sso("200 OK", body)
    await #expect(throws: UpstreamError.self) {
      try await sso.discharge(email: "e", password: "p", caveatID: "c")
    }
  }

  @Test(
    "decides on the code, in either form",
    arguments: [
      ("401 x", #"{"code":"INVALID_CREDENTIALS","message":"m"}"#, SingleSignOnError.invalidCredentials),
      ("401 x", #"{"code":"TWOFACTOR_REQUIRED","message":"m","extra":{}}"#, .secondFactorRequired),
      ("403 x", #"{"code":"TWOFACTOR_FAILURE"}"#, .secondFactorRefused),
      ("403 x", #"{"error_list":[{"code":"twofactor-failure","message":"m"}]}"#, .secondFactorRefused),
      ("403 x", #"{"code":"ACCOUNT_SUSPENDED"}"#, .accountUnavailable("the account is suspended")),
      ("400 x", #"{"code":"PASSWORD_POLICY_ERROR","extra":{"location":"u"}}"#, .passwordPolicy(location: "u")),
      (
        "400 x", #"{"code":"INVALID_DATA","extra":{"email":["bad","worse"],"otp":"x","n":1}}"#,
        .invalidData(["email: bad", "email: worse", "otp: x"])
      ),
      ("429 x", "", .tooManyRequests),
      ("418 x", #"{"code":"NEW","message":"tea"}"#, .other(status: 418, message: "tea")),
      ("500 x", "oops", .other(status: 500, message: "")),
    ])
  func codes(status: String, body: String, error: SingleSignOnError) async throws {
    let (sso, _) = try sso(status, body)
    await #expect(throws: error) { try await sso.discharge(email: "e", password: "p", caveatID: "c") }
  }
}
