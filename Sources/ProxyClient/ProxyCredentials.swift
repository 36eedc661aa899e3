import Cryptography
public import Foundation
import Macaroons

/// What proves to a proxy who asks: a root and its discharge, both as issued. Never printed.
public struct ProxyCredentials: Codable, Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
  /// The proxy's macaroon.
  public var root: String
  /// The single sign-on service's, unbound: it is bound anew for each request.
  public var discharge: String

  /// Credentials of their parts.
  public init(root: String, discharge: String) {
    self.root = root
    self.discharge = discharge
  }

  /// A placeholder, so that no log can hold a secret.
  public var description: String { "<macaroon>" }
  /// The same placeholder.
  public var debugDescription: String { description }

  /// What the discharge says of whoever holds it, unverified: only the proxy can verify it.
  public var claims: ProxyClaims {
    var claims = ProxyClaims()
    for caveat in (try? Macaroon(text: discharge))?.caveats ?? [] where !caveat.isThirdParty {
      let parts = String(decoding: caveat.id, as: UTF8.self).split(separator: "|", maxSplits: 2)
      guard parts.count == 3 else { continue }
      switch parts[1] {
      case "account":
        let json = Base64.decode(String(parts[2])).map { Data($0) }
        claims.email = json.flatMap { try? JSONDecoder().decode(Account.self, from: $0) }?.email
      case "expires": claims.expires = ConditionTime.date(String(parts[2]))
      default: break
      }
    }
    return claims
  }

  private struct Account: Decodable { let email: String }
}

/// What credentials say of their holder.
public struct ProxyClaims: Sendable, Hashable {
  /// The account's address.
  public var email: String?
  /// When the discharge must be renewed.
  public var expires: Date?
}
