import Hummingbird
import StoreAPI
import StoreModel

/// `GET /api/v1/snaps/sections`. Source: device-api, section 8.
struct GetSections: Endpoint {
  let catalogue: SimulatedCatalogue

  func respond(to request: Request, context: SimulatorContext) async throws -> Response {
    try answer(SectionsResponse(catalogue.categories), type: MediaType.hal)
  }
}

/// `GET /v2/snaps/categories`.
struct GetCategories: Endpoint {
  let catalogue: SimulatedCatalogue

  func respond(to request: Request, context: SimulatorContext) async throws -> Response {
    try answer(CategoriesResponse(catalogue.categories.map { Category(name: $0) }))
  }
}

/// `GET /api/v1/snaps/names`.
struct GetNames: Endpoint {
  let catalogue: SimulatedCatalogue

  func respond(to request: Request, context: SimulatorContext) async throws -> Response {
    let packages = catalogue.snaps(for: .everybody).compactMap { snap -> NamedPackage? in
      guard let release = snap.release(in: .stable, for: .amd64) else { return nil }
      return NamedPackage(
        packageName: snap.name.description, version: release.revision.seed.version, summary: snap.seed.summary,
        apps: release.revision.seed.apps)
    }
    return try answer(NamesResponse(packages), type: MediaType.hal)
  }
}

extension SimulatedCatalogue {
  fileprivate var categories: [String] { Set(snaps(for: .everybody).flatMap(\.seed.categories)).sorted() }
}
