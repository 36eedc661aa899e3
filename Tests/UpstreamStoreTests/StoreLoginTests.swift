import HTTPClient
import HTTPTesting
import Macaroons
import StoreAPI
import StoreSimulator
import Synchronization
import Testing
import UpstreamStore

@Suite("StoreLogin")
struct StoreLoginTests {
  private static func login(
    at url: String, email: String = "becky@example.com", code: String = "none was wanted"
  ) async throws -> StoreCredentials {
    let endpoints = try UpstreamEndpoints(allAt: url)
    let client = HTTPClient()
    return try await StoreLogin(
      dashboard: Dashboard(client: client, endpoints: endpoints),
      sso: SingleSignOn(client: client, endpoints: endpoints)
    ).logIn(
      AccessRequest(permissions: ["package_access"]),
      asking: LoginQuestions(email: { email }, password: { "secret" }, secondFactor: { _ in code }))
  }

  private static func simulator() async throws -> RunningSimulator {
    var options = SimulatorOptions()
    options.seed = .snaps([])
    return try await StoreSimulator.start(options)
  }

  @Test(
    "logs in with a password, and where it is wanted with a code",
    arguments: [("becky@example.com", "none was wanted"), ("2fa@example.com", "123456")])
  func logIn(email: String, code: String) async throws {
    let simulator = try await Self.simulator()
    let credentials = try await Self.login(at: simulator.baseURL, email: email, code: code)
    let account = try await Dashboard(
      client: HTTPClient(), endpoints: UpstreamEndpoints(allAt: simulator.baseURL), credentials: credentials
    ).account()
    #expect(account.email == email)
    await simulator.stop()
  }

  @Test("renews a login that expired, once, and tells the new one")
  func renewal() async throws {
    let simulator = try await Self.simulator()
    simulator.misbehave(Misbehaviour(.expiredDischarge, times: 1))
    let expired = try await Self.login(at: simulator.baseURL)
    let heard = Mutex<[StoreCredentials]>([])
    let dashboard = try Dashboard(
      client: HTTPClient(), endpoints: UpstreamEndpoints(allAt: simulator.baseURL), credentials: expired,
      renewed: { fresh in heard.withLock { $0.append(fresh) } })
    #expect(try await dashboard.account().email == "becky@example.com")
    #expect(try await dashboard.account().email == "becky@example.com")
    let fresh = heard.withLock { $0 }
    #expect(fresh.count == 1)
    #expect(fresh.first != expired)
    await simulator.stop()
  }

  @Test(
    "sends no password for a root that leaves open whom to ask",
    arguments: [
      ["not a macaroon"], [], ["a", "b"], [nil],
    ] as [[String?]])
  func hostileRoot(questions: [String?]) async throws {
    var root = Macaroon(location: "l", identifier: [1], rootKey: [2])
    for question in questions { root.add(thirdParty: "login", id: question.map { Array($0.utf8) } ?? [0xff], key: [3]) }
    let text = questions == ["not a macaroon"] ? "@@" : try root.text(.v1)
    let server = try ScriptedServer { _ in [.send(answer("200 OK", body: #"{"macaroon":"\#(text)"}"#))] }
    await #expect(throws: UpstreamError.self) { try await Self.login(at: server.url) }
    #expect(server.received.map(\.path) == ["/dev/api/acl/"])
  }

  @Test("puts nothing but macaroons into the header")
  func headerInjection() async throws {
    let root = Macaroon(location: "l", identifier: [1], rootKey: [2])
    let discharge = Macaroon(location: "l", identifier: [3], rootKey: [4])
    let server = try ScriptedServer { _ in [.send(answer("200 OK", body: #"{"account_id":"me"}"#))] }
    let dashboard = try Dashboard(
      client: HTTPClient(), endpoints: UpstreamEndpoints(allAt: server.url),
      credentials: .macaroons(root: "\(try root.text(.v2))\r\n", discharge: " \(try discharge.text(.v1))\n"))
    #expect(try await dashboard.account().id == "me")
    let bound = try discharge.bound(to: root).text(.v1)
    #expect(
      server.received.first?.header("authorization")
        == #"Macaroon root="\#(try root.text(.v2))", discharge="\#(bound)""#)
  }
}
