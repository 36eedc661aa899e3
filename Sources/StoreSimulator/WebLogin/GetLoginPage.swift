import Cryptography
import HTTPTypes
import Hummingbird
import StoreAPI

/// `GET /identity/login?did=...`: the page on which a person says who they are. With `auto=EMAIL` it is said at once, for
/// programs that stand in for a browser.
struct GetLoginPage: Endpoint {
  let identity: IdentityService

  func respond(to request: Request, context: SimulatorContext) async throws -> Response {
    guard let visit = query("did", of: request) else {
      throw BakeryRefusal(.badRequest, "bad request", "There is no visit.")
    }
    guard let email = query("auto", of: request) else {
      let page = """
        <!doctype html><title>Log in</title><form><input type="hidden" name="did" value="\(visit.filter(\.isWord))">
        <label>E-mail <input name="auto" value="\(SimulatedUser.becky.email)"></label> <button>Log in</button></form>

        """
      return send(Array(page.utf8), type: "text/html; charset=utf-8")
    }
    guard let user = SimulatedUser.find(email: email), identity.visited(visit, by: user) else {
      throw BakeryRefusal(.forbidden, "permission denied", "Nobody here is called that, or the visit is over.")
    }
    return send(Array("<!doctype html><title>Logged in</title>You may close this page.\n".utf8), type: "text/html")
  }
}

/// `GET /identity/wait-token?did=...`: answers when the person is done.
struct GetWaitToken: Endpoint {
  /// Gateways close what takes longer.
  private static let patience = Duration.seconds(30)

  let identity: IdentityService

  private struct Answer: Encodable {
    let kind = "macaroon"
    let token64: String
  }

  func respond(to request: Request, context: SimulatorContext) async throws -> Response {
    guard let visit = query("did", of: request),
      let token = await identity.token(of: visit, waiting: Self.patience)
    else { throw BakeryRefusal(.gatewayTimeout, "timeout", "Nobody came.") }
    return try answer(Answer(token64: Base64.encode(token)))
  }
}

extension Character {
  /// What identifiers of visits are made of.
  fileprivate var isWord: Bool { isASCII && (isLetter || isNumber || self == "-" || self == "_") }
}
