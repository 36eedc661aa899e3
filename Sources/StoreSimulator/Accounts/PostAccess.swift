import Hummingbird
import StoreAPI

/// `POST /dev/api/acl/` of the dashboard: a root macaroon. Source: auth-and-macaroons, section 5.
struct PostAccess: Endpoint {
  let tokens: DashboardTokens

  static let known: Set<String> = [
    "edit_account", "modify_account_key", "package_access", "package_manage", "package_metrics", "package_push",
    "package_purchase", "package_register", "package_release", "package_update", "package_upload",
    "package_upload_request", "store_admin", "store_review",
  ]

  func respond(to request: Request, context: SimulatorContext) async throws -> Response {
    let wanted = try await read(AccessRequest.self, of: request)
    guard !wanted.permissions.isEmpty, Self.known.isSuperset(of: wanted.permissions) else {
      throw ProtocolError.dashboard(.badRequest, "invalid-field", "permissions: at least one known name is needed")
    }
    return try answer(MacaroonResponse(macaroon: try tokens.root(permissions: wanted.permissions)))
  }
}
