import Hummingbird
import ProxyState
import StoreAPI
import StoreModel

/// `GET /publishergw/v1/tokens/whoami`: whose a login is. Answer: ``GatewayIdentity``.
struct GetGatewayIdentity: Endpoint {
  let gate: AdministratorGate

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    let login = try await gate.gatewayLogin(of: request, context: context)
    let administrator = login.administrator
    let stores = gate.storefront.latest.stores(of: administrator.brandID)
    return try answer(
      GatewayIdentity(
        account: .init(
          id: administrator.accountID.description, email: administrator.email, username: administrator.username,
          displayName: administrator.displayName), brandID: administrator.brandID.description,
        permissions: [GatewayTokens.permission], storeIDs: stores.map(\.description), expires: login.expires))
  }
}
