import HTTPTypes
import Hummingbird

/// Lets those in who prove who they are. Source: auth-and-macaroons, sections 5 to 7.
struct DashboardGate: Sendable {
  /// Any of these may register proxies.
  static let registering = ["store_admin", "package_access"]

  let tokens: DashboardTokens

  /// - Parameter permissions: One of them is needed; `nil` where it is enough to be somebody.
  /// - Throws: ``ProtocolError``.
  func caller(of request: Request, mayDo permissions: [String]?) throws -> Caller {
    guard let credentials = Credentials(request.headers[.authorization] ?? "") else { throw Self.nobody }
    let caller: Caller
    do throws(DashboardTokens.Refusal) {
      caller =
        switch credentials {
        case .token(let token): try tokens.caller(token: token)
        case .macaroons(let root, let discharges): try tokens.caller(root: root, discharges: discharges)
        }
    } catch {
      switch error {
      case .invalid: throw Self.nobody
      case .expiredDischarge:
        throw ProtocolError.dashboard(
          .unauthorized, "macaroon-needs-refresh", "Expired macaroon.",
          headers: [.wwwAuthenticate: "Macaroon needs_refresh=1"])
      }
    }
    guard caller.user.isReady else {
      throw ProtocolError.dashboard(.forbidden, "user-not-ready", "The developer agreement is not signed.")
    }
    if let permissions, Set(permissions).isDisjoint(with: caller.permissions) {
      throw ProtocolError.dashboard(
        .forbidden, "macaroon-permission-required",
        "One of these permissions is needed: \(permissions.joined(separator: ", ")).")
    }
    return caller
  }

  private static let nobody = ProtocolError.dashboard(
    .unauthorized, "macaroon-authorization-required", "Authorization is required.",
    headers: [.wwwAuthenticate: "Macaroon realm=\"store-simulator\""])
}

/// The value of an `Authorization` header. Source: auth-and-macaroons, section 6.
private enum Credentials {
  case token(String)
  case macaroons(root: String, discharges: [String])

  init?(_ header: String) {
    let words = header.split(separator: " ", maxSplits: 1)
    guard words.count == 2, words[0].lowercased() == "macaroon" else { return nil }
    let members = words[1].split(separator: ",").map { $0.drop { $0 == " " } }
    guard members.contains(where: { $0.hasPrefix("root=") }) else {
      self = .token(String(words[1]))
      return
    }
    func values(_ name: String) -> [String] {
      members.filter { $0.hasPrefix("\(name)=") }.map { $0.dropFirst(name.count + 1).filter { $0 != "\"" } }
    }
    guard let root = values("root").first, values("root").count == 1 else { return nil }
    self = .macaroons(root: root, discharges: values("discharge"))
  }
}
