import Hummingbird
import StoreAPI

/// `GET /api/v1/snaps/names`: every snap with its commands. Answer: ``NamesResponse``.
struct GetNames: Endpoint {
  let storefront: CurrentStorefront
  let gate: DeviceGate

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    let audience = try gate.audience(of: request)
    let confinements = GetFind.confinements(RequestReader(request: request))
    let snaps = Array(storefront.latest.snaps.values)
    let names = SnapListings.names(of: snaps, confinements: confinements, audience: audience)
    return try answer(names, type: MediaType.hal)
  }
}

/// `GET /api/v1/snaps/sections`: the names of all categories. Answer: ``SectionsResponse``.
struct GetSections: Endpoint {
  let storefront: CurrentStorefront
  let gate: DeviceGate

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    let audience = try gate.audience(of: request)
    let names = SnapListings.categories(of: Array(storefront.latest.snaps.values), audience: audience)
    return try answer(SectionsResponse(names), type: MediaType.hal)
  }
}

/// `GET /v2/snaps/categories`: the same for newer devices. Answer: ``CategoriesResponse``.
struct GetCategories: Endpoint {
  let storefront: CurrentStorefront
  let gate: DeviceGate

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    let audience = try gate.audience(of: request)
    let names = SnapListings.categories(of: Array(storefront.latest.snaps.values), audience: audience)
    return try answer(CategoriesResponse(names.map { Category(name: $0) }))
  }
}
