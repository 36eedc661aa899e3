import Cryptography
import Foundation
import Macaroons

/// The login service (Ubuntu SSO): answers for users in caveats that name it. Source: auth-and-macaroons, section 4.
struct LoginService: Sendable {
  /// What caveats and discharges call it.
  static let name = "login.ubuntu.com"
  private static let lifetime: TimeInterval = 86400

  let key: RSAPrivateKey

  private struct Secret: Codable {
    var secret: String
    var version: Int
  }

  private struct Account: Codable {
    var openid: String
    var email: String
    var displayname: String
    var username: String
    var isVerified: Bool

    enum CodingKeys: String, CodingKey {
      case openid, email, displayname, username
      case isVerified = "is_verified"
    }
  }

  /// A caveat for others to put into their macaroons: its identifier, and the key of its discharge.
  func caveat() throws -> (id: [UInt8], key: [UInt8]) {
    let caveatKey = RandomBytes.make(24)
    let secret = Base64.encode(try key.publicKey.encryptOAEPSHA1(caveatKey))
    return (try JSONText.bytes(of: Secret(secret: secret, version: 1)), caveatKey)
  }

  /// The user's discharge, unbound; `nil` where the caveat is not for this service.
  func discharge(
    caveatID: String, for user: SimulatedUser, isExpired: Bool, authenticatedAt: String? = nil
  ) throws -> String? {
    guard let caveatKey = self.caveatKey(of: Array(caveatID.utf8)) else { return nil }
    let account = Account(
      openid: user.openID, email: user.email, displayname: user.account.displayName,
      username: user.account.username, isVerified: true)
    let now = Date()
    var discharge = Macaroon(
      location: Self.name, identifier: Array(caveatID.utf8), rootKey: caveatKey)
    let expiry = now.addingTimeInterval(isExpired ? -60 : Self.lifetime)
    for (name, argument) in [
      ("account", Base64.encode(try JSONText.bytes(of: account))), ("valid_since", Conditions.text(now)),
      ("last_auth", authenticatedAt ?? Conditions.text(now)), ("expires", Conditions.text(expiry)),
    ] { discharge.add(condition: "\(Self.name)|\(name)|\(argument)") }
    return try discharge.text(.v1)
  }

  /// A new discharge in place of one of this service, expired or not; `nil` where it is none.
  func refreshed(_ text: String, isExpired: Bool) throws -> String? {
    guard let old = try? Macaroon(text: text), let caveatKey = caveatKey(of: old.identifier),
      let conditions = (try? old.verifiedConditions(rootKey: caveatKey)).map(Conditions.init),
      let user = Self.user(named: conditions), user.trouble == nil
    else { return nil }
    return try discharge(
      caveatID: String(decoding: old.identifier, as: UTF8.self), for: user, isExpired: isExpired,
      authenticatedAt: conditions.arguments(Self.name, "last_auth").first)
  }

  /// Who the conditions of a discharge say that it is.
  static func user(named conditions: Conditions) -> SimulatedUser? {
    let accounts = Set(conditions.arguments(name, "account"))
    guard accounts.count == 1, let text = accounts.first, let json = Base64.decode(text),
      let account = try? JSONDecoder().decode(Account.self, from: Data(json)), account.isVerified
    else { return nil }
    return SimulatedUser.find(openID: account.openid)
  }

  private func caveatKey(of identifier: [UInt8]) -> [UInt8]? {
    guard let secret = try? JSONDecoder().decode(Secret.self, from: Data(identifier)), secret.version == 1,
      let sealed = Base64.decode(secret.secret), let key = try? key.decryptOAEPSHA1(sealed), key.count == 24
    else { return nil }
    return key
  }
}
