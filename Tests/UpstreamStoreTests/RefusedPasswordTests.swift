import HTTPClient
import HTTPTesting
import Macaroons
import StoreAPI
import Synchronization
import Testing
import UpstreamStore

/// Services lock accounts after some wrong passwords.
@Suite("A refused password") struct RefusedPasswordTests {
  private static let path = "/api/v2/tokens/discharge"

  /// A login service that answers every password the same.
  private static func service(_ status: String, _ headers: [String] = [], body: String = "{}") throws -> ScriptedServer
  {
    var root = Macaroon(location: "l", identifier: [1], rootKey: [2])
    root.add(thirdParty: "login.example", id: Array("caveat".utf8), key: [3])
    let text = try root.text(.v1)
    return try ScriptedServer { request in
      [
        .send(
          request.path == path
            ? answer(status, headers, body: body) : answer("200 OK", body: #"{"macaroon":"\#(text)"}"#))
      ]
    }
  }

  private static func logIn(at server: ScriptedServer, _ questions: LoginQuestions) async throws {
    let endpoints = try UpstreamEndpoints(allAt: server.url)
    var surroundings = HTTPClient.Surroundings()
    surroundings.pause = { _ in }
    let client = HTTPClient(surroundings: surroundings)
    _ = try await StoreLogin(
      dashboard: Dashboard(client: client, endpoints: endpoints),
      sso: SingleSignOn(client: client, endpoints: endpoints)
    ).logIn(AccessRequest(permissions: ["package_access"]), asking: questions)
  }

  private static let given = LoginQuestions(
    environment: ["SNAPSTORE_EMAIL": "becky@example.com", "SNAPSTORE_PASSWORD": "wrong"], ask: { _ in "" },
    askSecret: { _ in "" }, note: { _ in })

  @Test(
    "that was given beforehand is sent once, whatever the service answers",
    arguments: [
      "401 Unauthorized", "403 Forbidden", "429 Too Many Requests", "500 Internal Server Error",
      "503 Service Unavailable",
    ])
  func givenBeforehand(status: String) async throws {
    for body in [#"{"code":"INVALID_CREDENTIALS","message":"no"}"#, "{}"] {
      let server = try Self.service(status, ["Retry-After: 1"], body: body)
      await #expect(throws: PasswordRefused.self) { try await Self.logIn(at: server, Self.given) }
      #expect(server.received.filter { $0.path == Self.path }.count == 1)
    }
  }

  @Test("that a person types may be typed three times, and none of them is sent twice")
  func typed() async throws {
    let server = try Self.service("401 Unauthorized", body: #"{"code":"INVALID_CREDENTIALS","message":"no"}"#)
    let count = Mutex(0)
    let questions = LoginQuestions(
      environment: ["SNAPSTORE_EMAIL": "becky@example.com"], ask: { _ in "" },
      askSecret: { _ in
        count.withLock { count in
          count += 1
          return "password \(count)"
        }
      }, note: { _ in })
    await #expect(throws: PasswordRefused.self) { try await Self.logIn(at: server, questions) }
    let bodies = server.received.filter { $0.path == Self.path }.map(\.body)
    #expect(bodies.count == 3 && Set(bodies).count == 3)
  }

  @Test("does not follow a redirect to another origin, and both are named", arguments: [301, 302, 307, 308])
  func redirected(status: Int) async throws {
    let other = try ScriptedServer { _ in [.send(answer("200 OK", body: "{}"))] }
    let target = "\(other.url)\(Self.path)"
    let server = try Self.service("\(status) Moved", ["Location: \(target)"])
    let error = await #expect(throws: HTTPClientError.self) { try await Self.logIn(at: server, Self.given) }
    #expect(error?.message.contains(server.url) == true && error?.message.contains(target) == true)
    #expect(other.received.isEmpty)
  }
}
