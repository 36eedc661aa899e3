import Cryptography
import Foundation
import Macaroons
import ProxyState
import StoreModel
import Testing

@testable import ProxyServer

@Suite("Logins of brands' administrators") struct GatewayTokenTests {
  private let now = Date(timeIntervalSince1970: 1_800_000_000)
  private let tokens = GatewayTokens(secret: Array("secret".utf8), location: "snaps.internal")

  private func administrator(_ token: String = "T", brand: String = "acme") throws -> BrandAdministrator {
    BrandAdministrator(
      brandID: try AccountID(parsing: brand), accountID: try AccountID(parsing: "becky42"), email: "becky@example.com",
      username: "becky", displayName: "Becky", tokenDigest: SHA3Digest.of(Array(token.utf8)), issued: now - 86400,
      expires: now + 300 * 86400, exported: now - 86400)
  }

  private func macaroon(_ administrator: BrandAdministrator, expires: Date? = nil) throws -> Macaroon {
    try Macaroon(text: try tokens.issue(for: administrator, expires: expires ?? administrator.expires, now: now).token)
  }

  private func login(
    _ macaroon: Macaroon, among administrators: [BrandAdministrator], at date: Date? = nil,
    method: String = "GET", path: String = "/v2/metadata/overrides"
  ) throws -> GatewayTokens.Login {
    try tokens.login(of: macaroon, among: administrators, method: method, path: path, now: date ?? now)
  }

  @Test("are a month long, and never longer than the exported token") func lifetime() throws {
    let becky = try administrator()
    let month = try login(macaroon(becky), among: [becky])
    #expect(month.administrator == becky)
    #expect(month.expires == now + 30 * 86400)
    let short = try macaroon(becky, expires: now + 60)
    #expect(try login(short, among: [becky]).expires == now + 60)
    #expect(throws: GatewayTokens.Failure.expired(now + 60)) {
      try login(short, among: [becky], at: now + 60)
    }
  }

  @Test("count for the brand and the export that they were given for, and for no other") func owners() throws {
    let (becky, other) = (try administrator(), try administrator("U", brand: "emca"))
    let macaroon = try macaroon(becky)
    #expect(try login(macaroon, among: [other, becky]).administrator.brandID == becky.brandID)
    #expect(throws: GatewayTokens.Failure.invalid) { try login(macaroon, among: [other]) }
    #expect(throws: GatewayTokens.Failure.invalid) { try login(macaroon, among: []) }
    // The store was exported anew: another token counts.
    #expect(throws: GatewayTokens.Failure.invalid) { try login(macaroon, among: [administrator("T2")]) }
  }

  @Test("of another secret, or changed, are nobody's") func forged() throws {
    let becky = try administrator()
    let foreign = GatewayTokens(secret: Array("another".utf8), location: "snaps.internal")
    let token = try foreign.issue(for: becky, expires: becky.expires, now: now).token
    #expect(throws: GatewayTokens.Failure.invalid) { try login(Macaroon(text: token), among: [becky]) }
    var bytes = try #require(Base64URL.decode(try macaroon(becky).text(.v2)))
    for index in stride(from: 20, to: bytes.count, by: 7) {
      bytes[index] ^= 1
      if let changed = try? Macaroon(text: Base64URL.encode(bytes)) {
        #expect(throws: GatewayTokens.Failure.invalid, "byte \(index)") { try login(changed, among: [becky]) }
      }
      bytes[index] ^= 1
    }
  }

  @Test(
    "can be limited by whoever holds them",
    arguments: [
      ("method GET", true), ("method POST", false), ("path-prefix /v2/metadata/", true),
      ("path-prefix /publishergw/", false),
      ("acl [\"store_admin\"]", true), ("acl []", false), ("time-before 2027-01-15T08:00:01Z", true),
    ])
  func limited(condition: String, isAllowed: Bool) throws {
    let becky = try administrator()
    var macaroon = try macaroon(becky)
    macaroon.add(condition: condition)
    if isAllowed {
      #expect(try login(macaroon, among: [becky]).expires <= now + GatewayTokens.lifetime)
    } else {
      #expect(throws: GatewayTokens.Failure.self) { try login(macaroon, among: [becky]) }
    }
  }

  @Test(
    "can never be widened, nor say what nobody knows",
    arguments: ["brand emca", "declared email mallory@example.com", "anything", "time-before never", ""])
  func widened(condition: String) throws {
    let becky = try administrator()
    var macaroon = try macaroon(becky)
    macaroon.add(condition: condition)
    #expect(throws: GatewayTokens.Failure.invalid) { try login(macaroon, among: [becky]) }
    var longer = try self.macaroon(becky, expires: now + 60)
    longer.add(condition: "time-before 2099-01-01T00:00:00Z")
    #expect(try login(longer, among: [becky]).expires == now + 60)
  }

  @Test(
    "are read out of headers with one macaroon",
    arguments: [
      ("macaroon %", true), ("Macaroon %", true), ("Macaroon root=\"%\"", false), ("Bearer %", false), ("%", false),
    ])
  func headers(form: String, isRead: Bool) throws {
    let text = try macaroon(administrator()).text(.v2)
    #expect((GatewayGate.macaroon(form.replacing("%", with: text)) != nil) == isRead)
  }
}
