import Foundation
import HTTPClient
import ProcessTesting
import StoreAPI
import StoreSimulator
import Synchronization
import Testing
import UpstreamStore

@Suite("Login in a web browser") struct WebLoginTests {
  private static let access = TokenRequest(permissions: ["store_admin", "package_access"], description: "a test")

  /// Logs in, while a program stands in for the user's browser.
  /// - Parameter answer: What is added to the address of the page.
  /// - Returns: Also the pages that the browser was sent to.
  private static func logIn(
    at url: String, answer: String = "&auto=becky@example.com"
  ) async throws -> (credentials: StoreCredentials, pages: [String]) {
    var surroundings = HTTPClient.Surroundings()
    surroundings.pause = { _ in await Task.yield() }
    let client = HTTPClient()
    let pages = Mutex<[String]>([])
    let credentials = try await WebLogin(
      client: client, endpoints: try UpstreamEndpoints(allAt: url), surroundings: surroundings
    ).logIn(access) { page in
      pages.withLock { $0.append(page) }
      _ = try? await client.send(HTTPRequest(url: page + answer))
    }
    return (credentials, pages.withLock { $0 })
  }

  private static func email(of credentials: StoreCredentials, at url: String) async throws -> String? {
    try await Dashboard(
      client: HTTPClient(), endpoints: UpstreamEndpoints(allAt: url), credentials: credentials
    ).administrator().account.email
  }

  private static func simulator() async throws -> RunningSimulator {
    var options = SimulatorOptions()
    options.seed = .snaps([])
    return try await StoreSimulator.start(options)
  }

  @Test(
    "gives the token of whoever says on the page who they are, through closed connections and further questions",
    arguments: [
      nil, Misbehaviour(.status, path: "/identity/wait-token", times: 2, status: 504),
      Misbehaviour(.nestedDischarge, times: 1),
    ])
  func logIn(misbehaviour: Misbehaviour?) async throws {
    let simulator = try await Self.simulator()
    if let misbehaviour { simulator.misbehave(misbehaviour) }
    let (credentials, pages) = try await Self.logIn(at: simulator.baseURL)
    #expect(pages.count == 1)
    #expect(pages.first?.hasPrefix("\(simulator.baseURL)/identity/login?did=") == true)
    #expect(try await Self.email(of: credentials, at: simulator.baseURL) == "becky@example.com")
    await simulator.stop()
  }

  @Test("gives none for a discharge that has expired") func expired() async throws {
    let simulator = try await Self.simulator()
    simulator.misbehave(Misbehaviour(.expiredDischarge, path: "/identity", times: 1))
    await #expect {
      _ = try await Self.logIn(at: simulator.baseURL)
    } throws: { error in
      guard case UpstreamError.loginRequired = error else { return false }
      return true
    }
    await simulator.stop()
  }

  @Test("says what a store without such a login does not offer") func notOffered() async throws {
    let simulator = try await Self.simulator()
    simulator.misbehave(Misbehaviour(.status, path: "/api/v2/tokens", status: 404))
    await #expect {
      _ = try await Self.logIn(at: simulator.baseURL)
    } throws: { error in
      guard case UpstreamError.notOffered = error else { return false }
      return true
    }
    await simulator.stop()
  }

  // MARK: Who we did not write

  private static let conformance = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Conformance/bakery")

  @Test("py-macaroon-bakery logs in to the simulator") func theirClient() async throws {
    let simulator = try await Self.simulator()
    for nested in [false, true] {
      if nested { simulator.misbehave(Misbehaviour(.nestedDischarge, times: 1)) }
      let outcome = try await RunningProcess.start(
        [
          "/usr/bin/python3", Self.conformance.appending(path: "login.py").path, simulator.baseURL,
          "becky@example.com",
        ], environment: [:]
      ).outcome()
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output == "becky@example.com \(nested ? 2 : 1)\n")
    }
    await simulator.stop()
  }

  @Test("our client logs in to a dashboard and a login service of py-macaroon-bakery") func theirServer() async throws {
    let port = try freePort()
    let server = try await RunningProcess.start(
      ["/usr/bin/python3", Self.conformance.appending(path: "serve.py").path, "\(port)", "becky@example.com"],
      environment: [:])
    let url = "http://127.0.0.1:\(port)"
    let credentials = try await Self.logIn(at: url, answer: "").credentials
    guard case .token(let token) = credentials else {
      Issue.record("no token")
      return
    }
    #expect(Data(base64Encoded: token) == Data("becky@example.com".utf8), "\(server.errors)")
    #expect(try await Self.email(of: credentials, at: url) == "becky@example.com")
  }
}
