import HTTPClient
import StoreAPI
import StoreSimulator
import Testing
import UpstreamStore

/// Against the simulator, whose macaroons are written apart from those of the client.
@Suite("StoreLogin")
struct StoreLoginTests {
  @Test(
    "logs in with a password, and where it is wanted with a code",
    arguments: ["becky@example.com", "2fa@example.com"])
  func logIn(email: String) async throws {
    let simulator = try await StoreSimulator.start()
    let endpoints = try UpstreamEndpoints(allAt: simulator.baseURL)
    let client = HTTPClient()
    let login = StoreLogin(
      dashboard: Dashboard(client: client, endpoints: endpoints),
      sso: SingleSignOn(client: client, endpoints: endpoints))
    let credentials = try await login.logIn(
      AccessRequest(permissions: ["package_access"]),
      asking: LoginQuestions(
        email: { email }, password: { "secret" },
        secondFactor: { _ in email.hasPrefix("2fa") ? "123456" : "none was wanted" }))
    let account = try await Dashboard(client: client, endpoints: endpoints, credentials: credentials).account()
    #expect(account.email == email)
    await simulator.stop()
  }
}
