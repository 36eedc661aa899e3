import Cryptography
import Foundation
import Macaroons

/// Writes the macaroons that administrators log in with, and reads them again together with the discharge of the single
/// sign-on service. Nothing is stored: whoever asks for a root gets one, and only the discharge makes it worth anything.
///
/// Source: auth-and-macaroons, section 8.
struct AdministratorTokens: Sendable {
  /// How long a root is good; its discharge is good for less.
  static let lifetime: TimeInterval = 365 * 86400
  private static let permission = "store_admin"
  private static let prefix = "admin1:"

  /// `proxy.auth.secret`.
  let secret: [UInt8]
  /// The host of the store's address: names our conditions.
  let location: String
  let party: SingleSignOnParty

  /// Who logged in.
  struct Account: Hashable, Sendable {
    let email: String
    let openID: String
  }

  /// Why nobody is logged in.
  enum Failure: Error, Equatable {
    /// It is not ours, was changed, is over, or lacks its discharge.
    case invalid
    /// All is well but that the discharge is over: a new one helps.
    case needsRefresh(expired: Date)
    /// The token does not give the right, or the account's address was never verified.
    case forbidden(String)
  }

  private var rootKey: [UInt8] { HMACSHA256.code(key: secret, message: Array("issue-store-admin/1".utf8)) }

  /// A new root.
  /// - Parameter key: The single sign-on service's.
  func issue(for key: RSAPublicKey, now: Date) throws -> String {
    let caveatKey = RandomBytes.make(24)
    let sealed = Base64.encode(try key.encryptOAEPSHA1(caveatKey))
    var root = Macaroon(
      location: location, identifier: Array("\(Self.prefix)\(Base64URL.encode(RandomBytes.make(16)))".utf8),
      rootKey: rootKey)
    root.add(condition: "\(location)|acl|[\"\(Self.permission)\"]")
    root.add(condition: "\(location)|valid_since|\(ConditionTime.text(now))")
    root.add(
      thirdParty: SingleSignOnParty.name, id: Array("{\"secret\": \"\(sealed)\", \"version\": 1}".utf8), key: caveatKey)
    root.add(condition: "\(location)|expires|\(ConditionTime.text(now.addingTimeInterval(Self.lifetime)))")
    return try root.text(.v1)
  }

  /// Who sent the header.
  ///
  /// The holder of a macaroon may add conditions to it. They can only take away: several times of expiry all count, several
  /// lists of permissions all must hold ours, a second account is a refusal, and so is what we do not know.
  func account(of header: AuthorizationHeader, now: Date) throws(Failure) -> Account {
    guard header.root.identifier.starts(with: Self.prefix.utf8),
      let conditions = try? header.root.verifiedConditions(rootKey: rootKey, discharges: header.discharges)
    else { throw .invalid }
    // Only the single sign-on service names the account. The holder's own caveats on the root restrict it, and cannot name one.
    let own = header.root.caveats.filter { !$0.isThirdParty }.map { String(decoding: $0.id, as: UTF8.self) }
    let namesAccount = own.contains { condition in
      let parts = condition.split(separator: "|", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
      return parts.count == 3 && party.names.contains(parts[0]) && parts[1] == "account"
    }
    guard !namesAccount else { throw .invalid }
    var accounts: Set<String> = []
    var expiredDischarge: Date?
    for condition in conditions {
      let parts = condition.split(separator: "|", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 3 else { throw .invalid }
      let (name, argument) = (parts[1], parts[2])
      if parts[0] == location {
        try judge(name, argument, now: now)
      } else if party.names.contains(parts[0]) {
        switch name {
        case "account": accounts.insert(argument)
        case "valid_since", "last_auth": break
        case "expires":
          guard let expiry = ConditionTime.date(argument) else { throw .invalid }
          if expiry <= now { expiredDischarge = min(expiredDischarge ?? expiry, expiry) }
        default: throw .invalid
        }
      } else {
        throw .invalid
      }
    }
    guard accounts.count == 1, let text = accounts.first else { throw .invalid }
    let account = try Self.account(text)
    if let expiredDischarge { throw .needsRefresh(expired: expiredDischarge) }
    return account
  }

  private func judge(_ name: String, _ argument: String, now: Date) throws(Failure) {
    switch name {
    case "acl":
      guard let permissions = try? JSONDecoder().decode([String].self, from: Data(argument.utf8)) else {
        throw .invalid
      }
      guard permissions.contains(Self.permission) else { throw .forbidden("the macaroon lacks \(Self.permission)") }
    // Clocks differ; a macaroon that we signed was signed in the past.
    case "valid_since": break
    case "expires": guard let expiry = ConditionTime.date(argument), expiry > now else { throw .invalid }
    default: throw .invalid
    }
  }

  private static func account(_ text: String) throws(Failure) -> Account {
    struct Details: Decodable {
      let openid: String
      let email: String
      let isVerified: Bool
      enum CodingKeys: String, CodingKey {
        case openid, email
        case isVerified = "is_verified"
      }
    }
    guard let json = Base64.decode(text), let details = try? JSONDecoder().decode(Details.self, from: Data(json)) else {
      throw .invalid
    }
    guard details.isVerified else { throw .forbidden("the address \(details.email) was never verified") }
    return Account(email: details.email, openID: details.openid)
  }
}
