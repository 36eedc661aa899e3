import Cryptography
import Foundation
import Macaroons

@testable import ProxyServer

/// The single sign-on service's side of a login, with a key of its own.
struct SimulatedSignOn: Sendable {
  let key: RSAPrivateKey

  init() throws { key = try RSAPrivateKey.generate(bits: 2048) }

  var party: SingleSignOnParty { SingleSignOnParty(location: "https://login.ubuntu.com", publicKey: key.publicKey.pem) }

  struct Account {
    var email = "becky@example.com"
    var isVerified = true
    var expires = Date() + 3600
    /// Further conditions of the discharge.
    var extra: [String] = []
    var hasAccount = true
  }

  /// The discharge of a root, unbound.
  func discharge(_ root: String, _ account: Account = Account()) throws -> String {
    let caveat = try Macaroon(text: root).caveats.first { $0.isThirdParty }
    let identifier = caveat?.id ?? []
    struct Secret: Decodable { let secret: String }
    let secret = try JSONDecoder().decode(Secret.self, from: Data(identifier)).secret
    var discharge = Macaroon(
      location: "login.ubuntu.com", identifier: identifier,
      rootKey: try key.decryptOAEPSHA1(Base64.decode(secret) ?? []))
    if account.hasAccount { discharge.add(condition: Self.condition(account.email, account.isVerified)) }
    discharge.add(condition: "login.ubuntu.com|expires|\(ConditionTime.text(account.expires))")
    for condition in account.extra { discharge.add(condition: condition) }
    return try discharge.text(.v1)
  }

  static func condition(_ email: String, _ isVerified: Bool = true) -> String {
    let json = """
      {"openid":"AbCdEfG","email":"\(email)","displayname":"B","username":"b","is_verified":\(isVerified)}
      """
    return "login.ubuntu.com|account|\(Base64.encode(Array(json.utf8)))"
  }
}
