import Cryptography
import Foundation
import Testing

@testable import Macaroons
@testable import ProxyServer

@Suite("Administrators' logins") struct AdministratorTokenTests {
  private let sso: SimulatedSignOn
  private let tokens: AdministratorTokens
  private let now = Date()

  init() throws {
    sso = try SimulatedSignOn()
    tokens = AdministratorTokens(secret: Array("secret".utf8), location: "snaps.example", party: sso.party)
  }

  private func root(lifetime: TimeInterval = 0) throws -> String {
    try tokens.issue(for: sso.key.publicKey, now: now + lifetime)
  }

  private func header(_ root: String, _ discharge: String) throws -> AuthorizationHeader {
    try #require(AuthorizationHeader(try Macaroon.authorization(root: root, discharge: discharge)))
  }

  private func failure(_ header: AuthorizationHeader, tokens: AdministratorTokens? = nil) -> AdministratorTokens
    .Failure?
  {
    do throws(AdministratorTokens.Failure) {
      _ = try (tokens ?? self.tokens).account(of: header, now: now)
      return nil
    } catch { return error }
  }

  @Test("tell who it is")
  func valid() throws {
    let root = try root()
    let account = try tokens.account(of: try header(root, try sso.discharge(root)), now: now)
    #expect(account.email == "becky@example.com")
    #expect(account.openID == "AbCdEfG")
  }

  @Test("ask for a new discharge where only that is over")
  func expiredDischarge() throws {
    let root = try root()
    let over = now - 60
    let discharge = try sso.discharge(root, .init(expires: over))
    guard case .needsRefresh = failure(try header(root, discharge)) else {
      Issue.record("no refresh was asked for")
      return
    }
  }

  @Test("are refused when the root is over, whatever the discharge")
  func expiredRoot() throws {
    let root = try root(lifetime: -AdministratorTokens.lifetime - 1)
    #expect(failure(try header(root, try sso.discharge(root))) == .invalid)
  }

  @Test("of an address that was never verified are refused")
  func unverified() throws {
    let root = try root()
    guard case .forbidden = failure(try header(root, try sso.discharge(root, .init(isVerified: false)))) else {
      Issue.record("an unverified address was accepted")
      return
    }
  }

  @Test("honour what the bearer added to the root")
  func attenuation() throws {
    func attenuated(_ condition: String) throws -> AuthorizationHeader {
      var root = try Macaroon(text: try self.root())
      root.add(condition: condition)
      let text = try root.text(.v1)
      return try header(text, try sso.discharge(text))
    }
    let soon = ConditionTime.text(now + 60)
    #expect(failure(try attenuated("snaps.example|expires|\(soon)")) == nil)
    #expect(failure(try attenuated("snaps.example|expires|\(ConditionTime.text(now - 60))")) == .invalid)
    #expect(failure(try attenuated("snaps.example|acl|[\"store_admin\"]")) == nil)
    #expect(
      failure(try attenuated("snaps.example|acl|[\"nothing\"]")) == .forbidden("the macaroon lacks store_admin"))
    // What we do not know may restrict in a way that we would not honour.
    #expect(failure(try attenuated("snaps.example|source-ip|10.0.0.1")) == .invalid)
    #expect(failure(try attenuated("other.example|expires|\(soon)")) == .invalid)
    #expect(failure(try attenuated("free text")) == .invalid)
  }

  @Test("give nobody another name by conditions that were added")
  func impersonation() throws {
    let root = try root()
    let other = SimulatedSignOn.condition("admin@example.com")
    #expect(failure(try header(root, try sso.discharge(root, .init(extra: [other])))) == .invalid)
    var attenuated = try Macaroon(text: root)
    attenuated.add(condition: other)
    let text = try attenuated.text(.v1)
    #expect(failure(try header(text, try sso.discharge(text))) == .invalid)
    // Nor to a discharge that names no account, by what the holder added to the root.
    #expect(failure(try header(text, try sso.discharge(text, .init(hasAccount: false)))) == .invalid)
    #expect(failure(try header(root, try sso.discharge(root, .init(hasAccount: false)))) == .invalid)
  }

  @Test("are refused when forged, truncated, re-ordered, unbound, wrongly bound or of another store")
  func forged() throws {
    let root = try root()
    let discharge = try sso.discharge(root)
    func parse(_ root: String, _ discharges: [String]) throws -> AuthorizationHeader {
      let parameters = ["root=\"\(root)\""] + discharges.map { "discharge=\"\($0)\"" }
      return try #require(AuthorizationHeader("Macaroon " + parameters.joined(separator: ", ")))
    }
    let rootMacaroon = try Macaroon(text: root)
    let bound = try Macaroon(text: discharge).bound(to: rootMacaroon).text(.v1)
    #expect(failure(try parse(root, [bound])) == nil)
    #expect(failure(try parse(root, [])) == .invalid, "without a discharge")
    #expect(failure(try parse(root, [discharge])) == .invalid, "unbound")
    #expect(failure(try parse(root, [bound, bound])) == .invalid, "twice")
    let otherRoot = try self.root()
    let wronglyBound = try Macaroon(text: discharge).bound(to: try Macaroon(text: otherRoot)).text(.v1)
    #expect(failure(try parse(root, [wronglyBound])) == .invalid, "bound to another root")
    #expect(failure(try parse(otherRoot, [bound])) == .invalid, "of another root")

    let caveats = rootMacaroon.caveats
    func rebuilt(_ caveats: [Macaroon.Caveat]) throws -> String {
      try Macaroon(
        location: rootMacaroon.location, identifier: rootMacaroon.identifier, caveats: caveats,
        signature: rootMacaroon.signature
      ).text(.v1)
    }
    #expect(failure(try parse(try rebuilt(Array(caveats.dropLast())), [bound])) == .invalid, "truncated")
    #expect(failure(try parse(try rebuilt(caveats.reversed()), [bound])) == .invalid, "re-ordered")
    let firstParty = caveats.filter { !$0.isThirdParty }
    #expect(failure(try parse(try rebuilt(firstParty), [])) == .invalid, "without the third party")

    let elsewhere = AdministratorTokens(
      secret: Array("other".utf8), location: "snaps.example", party: sso.party)
    #expect(failure(try parse(root, [bound]), tokens: elsewhere) == .invalid, "another store")
    var device = Macaroon(
      location: "snaps.example", identifier: Array("dev1:x".utf8), rootKey: Array("secret".utf8))
    device.add(condition: "snaps.example|acl|[\"store_admin\"]")
    #expect(failure(try parse(try device.text(.v1), [])) == .invalid, "a device's session")
  }

  @Test(
    "are read from headers as real clients write them",
    arguments: [
      "Macaroon root=\"R\", discharge=\"D\"", "macaroon root=R, discharge=D", "MACAROON  root=R,discharge=\"D\"",
      "Macaroon root=R==, discharge=D, realm=\"x\"",
    ])
  func headers(form: String) throws {
    let root = try root()
    let discharge = try Macaroon(text: try sso.discharge(root)).bound(to: try Macaroon(text: root)).text(.v1)
    let value = form.replacing("R==", with: root + String(repeating: "=", count: (4 - root.count % 4) % 4))
      .replacing("root=R", with: "root=\(root)").replacing("\"R\"", with: "\"\(root)\"")
      .replacing("discharge=D", with: "discharge=\(discharge)").replacing("\"D\"", with: "\"\(discharge)\"")
    let header = try #require(AuthorizationHeader(value))
    #expect(failure(header) == nil)
  }

  @Test(
    "are not read from what is no such header",
    arguments: [
      "", "Macaroon", "Macaroon ", "Bearer root=x", "Macaroon root=!!", "Macaroon discharge=x", "Basic YTpi",
      "Macaroon root", "Macaroon root=\"\"",
    ])
  func notHeaders(value: String) { #expect(AuthorizationHeader(value) == nil) }

  @Test("attempts are slowed down by address, and by the /64 of an IPv6 address")
  func limiter() throws {
    let time = ManagedTime()
    let limiter = AttemptLimiter(burst: 3, interval: .seconds(10)) { time.value }
    let client = try #require(ClientNetwork("2001:db8::1"))
    for _ in 0..<3 {
      #expect(limiter.allows(client))
      limiter.count(client)
    }
    #expect(!limiter.allows(client))
    #expect(!limiter.allows(ClientNetwork("2001:db8::ffff:1")))
    #expect(limiter.allows(ClientNetwork("2001:db8:0:1::1")))
    #expect(limiter.allows(nil))
    time.advance(.seconds(10))
    #expect(limiter.allows(client))
    limiter.count(client)
    #expect(!limiter.allows(client))
  }

  @Test("attempts of many addresses do not wipe out what is known of one")
  func flood() throws {
    let time = ManagedTime()
    let limiter = AttemptLimiter(burst: 3, interval: .seconds(10), most: 50) { time.value }
    let client = try #require(ClientNetwork("192.0.2.1"))
    for _ in 0..<3 { limiter.count(client) }
    for number in 0..<200 { limiter.count(ClientNetwork("10.0.0.\(number)")) }
    #expect(!limiter.allows(client))
    // Those that find no room share what one client may do.
    #expect(!limiter.allows(ClientNetwork("10.1.0.1")))
    time.advance(.seconds(30))
    #expect(limiter.allows(client))
    #expect(limiter.allows(ClientNetwork("10.1.0.1")))
  }
}
