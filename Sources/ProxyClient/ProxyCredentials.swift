import Cryptography
public import Foundation
import Macaroons

/// What proves to a proxy who asks. Never printed.
public enum ProxyCredentials: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
  /// The proxy's macaroon and the single sign-on service's, both as issued: the second is unbound, and bound anew for each
  /// request.
  case signOn(root: String, discharge: String)
  /// What a store behind a gap gave for the token that was exported with it. It stands alone.
  case gateway(String)

  /// A placeholder, so that no log can hold a secret.
  public var description: String { "<macaroon>" }
  /// The same placeholder.
  public var debugDescription: String { description }

  /// The value of an `Authorization` header.
  /// - Throws: ``MacaroonError`` where it is no macaroon.
  func authorization() throws -> String {
    switch self {
    case .signOn(let root, let discharge): return try Macaroon.authorization(root: root, discharge: discharge)
    case .gateway(let token):
      // Written anew, so that a store cannot put anything but a macaroon into the header.
      let (macaroon, format) = try Macaroon.read(token)
      return "macaroon \(try macaroon.text(format))"
    }
  }

  /// What they say of whoever holds them, unverified: only the proxy can verify it.
  public var claims: ProxyClaims {
    var claims = ProxyClaims()
    switch self {
    case .signOn(_, let discharge):
      for condition in Self.conditions(of: discharge) {
        let parts = condition.split(separator: "|", maxSplits: 2)
        guard parts.count == 3 else { continue }
        switch parts[1] {
        case "account":
          let json = Base64.decode(String(parts[2])).map { Data($0) }
          claims.email = json.flatMap { try? JSONDecoder().decode(Account.self, from: $0) }?.email
        case "expires": claims.expires = ConditionTime.date(String(parts[2]))
        default: break
        }
      }
    case .gateway(let token):
      for condition in Self.conditions(of: token) {
        if condition.hasPrefix("declared email ") {
          claims.email = String(condition.dropFirst("declared email ".count))
        } else if condition.hasPrefix("brand ") {
          claims.brand = String(condition.dropFirst("brand ".count))
        } else if condition.hasPrefix("time-before ") {
          claims.expires = ConditionTime.date(String(condition.dropFirst("time-before ".count)))
        }
      }
    }
    return claims
  }

  private static func conditions(of token: String) -> [String] {
    ((try? Macaroon(text: token))?.caveats ?? []).filter { !$0.isThirdParty }
      .map { String(decoding: $0.id, as: UTF8.self) }
  }

  private struct Account: Decodable { let email: String }
}

/// What credentials say of their holder.
public struct ProxyClaims: Sendable, Hashable {
  /// The account's address.
  public var email: String?
  /// The brand that it speaks for.
  public var brand: String?
  /// When it is over: a discharge can be renewed then.
  public var expires: Date?
}
