import Foundation
import HTTPClient
import HTTPTesting
import Macaroons
import StoreAPI
import StoreModel
import Testing
import UpstreamStore

/// A dashboard or a login service that wants more than a login.
@Suite("A hostile login") struct HostileLoginTests {
  /// A dashboard that names this login service, which answers with this.
  private func logIn(location: String?, answer body: String, status: String = "401 Unauthorized") async throws {
    let server = try ScriptedServer { request in
      guard request.path.hasPrefix("/api/v2/tokens") else { return [.send(answer(status, body: body))] }
      var root = Macaroon(location: "dashboard", identifier: [1], rootKey: [2])
      root.add(
        thirdParty: location ?? "http://\(request.header("host") ?? "")/identity", id: [3, 0], key: [4])
      let json = (try? JSONEncoder().encode(["macaroon": BakeryMacaroon(root, payloads: [[3, 0]: [5]])])) ?? Data()
      return [.send(answer("200 OK", body: String(decoding: json, as: UTF8.self)))]
    }
    var configuration = HTTPClientConfiguration()
    configuration.retries = .never
    _ = try await WebLogin(
      client: HTTPClient(configuration), endpoints: try UpstreamEndpoints(allAt: server.url)
    ).logIn(TokenRequest(permissions: ["store_admin"])) { page in
      Issue.record("sent the user to \(page)")
    }
  }

  private static func interaction(visit: String, wait: String = "wait") -> String {
    #"""
    {"Code": "interaction required", "Message": "m", "Info": {"InteractionMethods": {"agent": 7,
      "browser-window": {"VisitURL": "\#(visit)", "WaitTokenURL": "\#(wait)"}}}}
    """#
  }

  @Test(
    "gets nobody's password over an open line, and opens nothing but web addresses",
    arguments: [
      ("http://login.example.com/identity", ""), (nil, interaction(visit: "http://login.example.com/login")),
      (nil, interaction(visit: "login", wait: "http://login.example.com/wait")),
    ])
  func insecure(location: String?, answer: String) async throws {
    await #expect {
      try await self.logIn(location: location, answer: answer)
    } throws: { error in
      guard case WebLoginError.insecure = error else { return false }
      return true
    }
  }

  @Test("opens nothing but web addresses", arguments: ["file:///etc/passwd", "javascript:alert(1)", "https://a@b/"])
  func otherSchemes(page: String) async throws {
    await #expect(throws: HTTPClientError.self) {
      try await self.logIn(location: nil, answer: Self.interaction(visit: page))
    }
  }

  @Test(
    "is told apart from one that refuses, makes no sense or has no page",
    arguments: [
      (#"{"Code": "permission denied", "Message": "no \u001b[31mway"}"#, WebLoginError.refused("no [31mway")),
      (#"{"code": "bad request"}"#, .refused("bad request")), ("<html>", .refused("it answered with status 401")),
    ])
  func refusals(body: String, expected: WebLoginError) async throws {
    await #expect(throws: expected) { try await self.logIn(location: nil, answer: body) }
    await #expect {
      try await self.logIn(location: nil, answer: #"{"Code": "interaction required", "Info": {}}"#)
    } throws: { error in
      guard case WebLoginError.noBrowser = error else { return false }
      return true
    }
    await #expect(throws: WebLoginError.malformed("its answer holds no macaroon")) {
      try await self.logIn(location: nil, answer: "{}", status: "200 OK")
    }
  }

  @Test("a list of snaps goes on at the dashboard and nowhere else, and ends") func pages() async throws {
    let elsewhere = try ScriptedServer { _ in
      Issue.record("told somebody else who we are")
      return []
    }
    let server = try ScriptedServer { _ in
      [
        .send(
          answer("200 OK", body: #"{"snaps": [], "_links": {"next": {"href": "\#(elsewhere.url)/api/v2/stores"}}}"#))
      ]
    }
    let dashboard = try Dashboard(
      client: HTTPClient(), endpoints: UpstreamEndpoints(allAt: server.url), credentials: .token("AgEEc2VjcmV0"))
    await #expect {
      _ = try await dashboard.snaps(of: StoreID(parsing: "acme"))
    } throws: { error in
      guard case UpstreamError.malformedAnswer(_, "its next page is somewhere else") = error else { return false }
      return true
    }
  }

  @Test("a list of snaps whose pages bring nothing new ends") func emptyPages() async throws {
    let server = try ScriptedServer { _ in
      [.send(answer("200 OK", body: #"{"snaps": [], "_links": {"next": {"href": "/api/v2/stores/acme/snaps"}}}"#))]
    }
    let dashboard = try Dashboard(
      client: HTTPClient(), endpoints: UpstreamEndpoints(allAt: server.url), credentials: .token("AgEEc2VjcmV0"))
    await #expect {
      _ = try await dashboard.snaps(of: StoreID(parsing: "acme"))
    } throws: { error in
      guard case UpstreamError.malformedAnswer(_, "a page brings no new snap") = error else { return false }
      return true
    }
  }
}
