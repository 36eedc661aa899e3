import Cryptography
import HTTPTypes
import Hummingbird
import Macaroons
import StoreAPI

/// `POST /api/v2/tokens` of the dashboard: a macaroon that asks the login service who the caller is.
struct PostTokens: Endpoint {
  let tokens: DashboardTokens
  let identity: IdentityService
  let address: ServerAddress

  func respond(to request: Request, context: SimulatorContext) async throws -> Response {
    let wanted = try await read(TokenRequest.self, of: request)
    guard !wanted.permissions.isEmpty, PostAccess.known.isSuperset(of: wanted.permissions) else {
      throw ProtocolError.dashboard(.badRequest, "invalid-field", "permissions: at least one known name is needed")
    }
    let root = try tokens.bakeryRoot(
      permissions: wanted.permissions, expires: wanted.expires, thirdParty: address.url + IdentityService.path,
      key: identity.keys.publicKey)
    // A text that holds JSON, as upstream sends it.
    return try answer(
      MacaroonResponse(macaroon: String(decoding: try JSONText.bytes(of: root), as: UTF8.self)))
  }
}

/// `POST /api/v2/tokens/exchange`: a token for a macaroon with its discharges.
struct PostTokenExchange: Endpoint {
  let tokens: DashboardTokens

  func respond(to request: Request, context: SimulatorContext) async throws -> Response {
    let refusal = ProtocolError.dashboard(
      .unauthorized, "macaroon-authorization-required", "The macaroons are not accepted.")
    guard let header = request.headers[.macaroons], let all = try? Macaroon.list(header: header) else { throw refusal }
    let caller: Caller
    do throws(DashboardTokens.Refusal) {
      caller = try tokens.caller(bakeryRoot: all[0], discharges: Array(all.dropFirst()))
    } catch { throw refusal }
    return try answer(
      MacaroonResponse(macaroon: try tokens.adminToken(for: caller.user, permissions: caller.permissions)))
  }
}
