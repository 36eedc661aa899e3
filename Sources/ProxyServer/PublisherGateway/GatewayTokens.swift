import Cryptography
import Foundation
import Macaroons
import ProxyState
import StoreModel

/// Writes what a brand's administrator logs in with behind the gap, and reads it again. Nothing is stored, and nobody else
/// is asked: the store knows the digest of the exported token that it was exchanged for.
///
/// Source: auth-and-macaroons, section 11.2.
struct GatewayTokens: Sendable {
  /// A login is good for so long, if the exported token is.
  static let lifetime: TimeInterval = 30 * 86400
  static let permission = "store_admin"
  static let mark = "pgw1:"

  private let rootKey: [UInt8]
  private let location: String

  /// - Parameters:
  ///   - secret: `proxy.auth.secret`.
  ///   - location: The host of the store's address.
  init(secret: [UInt8], location: String) {
    rootKey = HMACSHA256.code(key: secret, message: Array("publisher-gateway/1".utf8))
    self.location = location
  }

  /// A new login.
  /// - Parameter expires: When the exported token ends.
  /// - Returns: The token, and what the audit calls it.
  func issue(
    for administrator: BrandAdministrator, expires: Date, now: Date
  ) throws(MacaroonError) -> (token: String, identifier: String) {
    let identifier = "\(Self.mark)\(Base64URL.encode(RandomBytes.make(16)))"
    var macaroon = Macaroon(location: location, identifier: Array(identifier.utf8), rootKey: rootKey)
    let end = min(expires, now.addingTimeInterval(Self.lifetime))
    for condition in Self.conditions(of: administrator, until: end) { macaroon.add(condition: condition) }
    return (try macaroon.text(.v2), identifier)
  }

  /// Whose a login is.
  struct Login: Hashable, Sendable {
    let administrator: BrandAdministrator
    let expires: Date
  }

  /// Why nobody is logged in.
  enum Failure: Error, Equatable {
    /// It is not ours, was changed, or was exchanged for a token that counts no more.
    case invalid
    /// Its time is over.
    case expired(Date)
    /// Its holder limited what it is good for, and this is something else.
    case limited(String)
  }

  /// Reads a login. The conditions that we wrote come first, word for word. What its holder added behind them can only take
  /// away: an earlier end, fewer permissions, a path, a method; anything else is refused.
  func login(
    of macaroon: Macaroon, among administrators: [BrandAdministrator], method: String, path: String, now: Date
  ) throws(Failure) -> Login {
    guard macaroon.identifier.starts(with: Self.mark.utf8),
      let conditions = try? macaroon.verifiedConditions(rootKey: rootKey), let first = conditions.first,
      let end = Self.end(first)
    else { throw .invalid }
    let owner = administrators.first { administrator in
      conditions.starts(with: Self.conditions(of: administrator, until: end))
    }
    guard let owner else { throw .invalid }
    var expires = min(end, owner.expires)
    for condition in conditions.dropFirst(Self.conditions(of: owner, until: end).count) {
      if let earlier = Self.end(condition) {
        expires = min(expires, earlier)
      } else {
        try Self.require(condition, method: method, path: path)
      }
    }
    guard expires > now else { throw .expired(expires) }
    return Login(administrator: owner, expires: expires)
  }

  private static func conditions(of administrator: BrandAdministrator, until end: Date) -> [String] {
    [
      "time-before \(end.formatted(.iso8601))", "declared userid \(administrator.accountID)",
      "declared email \(administrator.email)", "brand \(administrator.brandID)", "acl [\"\(permission)\"]",
      "admin-token \(administrator.tokenDigest.hex.prefix(16))",
    ]
  }

  private static func end(_ condition: String) -> Date? {
    argument("time-before", condition).flatMap(ConditionTime.date)
  }

  private static func require(_ condition: String, method: String, path: String) throws(Failure) {
    if let list = argument("acl", condition) {
      let permissions = try? JSONDecoder().decode([String].self, from: Data(list.utf8))
      guard let permissions else { throw .invalid }
      guard permissions.contains(permission) else { throw .limited("the login lacks \(permission)") }
    } else if let prefix = argument("path-prefix", condition) {
      guard path.hasPrefix(prefix) else { throw .limited("the login is for \(prefix) only") }
    } else if let allowed = argument("method", condition) {
      guard method == allowed else { throw .limited("the login is for \(allowed) only") }
    } else {
      throw .invalid
    }
  }

  private static func argument(_ name: String, _ condition: String) -> String? {
    let mark = "\(name) "
    return condition.hasPrefix(mark) ? String(condition.dropFirst(mark.count)) : nil
  }
}
