import HTTPTypes
import Hummingbird
import StoreAPI
import StoreModel

/// `GET /api/v2/stores/{id}` of the dashboard. Source: upstream-admin-api, section 6.
struct GetBrandStore: Endpoint {
  let desk: BrandDesk

  func respond(to request: Request, context: SimulatorContext) async throws -> Response {
    let store = try desk.store(in: context, for: request)
    return try answer(
      BrandStoreResponse(
        store: BrandStore(
          id: store.id, name: store.name, brandID: try AccountID(parsing: store.brand.id), parent: store.parent,
          isPrivate: true, manualReviewPolicy: "avoid", inclusionSources: [.global], inclusionTargets: [],
          friendlyStores: [], snapNamePrefixes: [store.brand.username])))
  }
}

/// `GET /api/v2/stores/{id}/snaps`, in pages.
struct GetBrandStoreSnaps: Endpoint {
  /// Few, so that clients must follow links.
  private static let pageSize = 2

  let desk: BrandDesk
  let address: ServerAddress

  func respond(to request: Request, context: SimulatorContext) async throws -> Response {
    let store = try desk.store(in: context, for: request)
    let all = desk.snaps(of: store)
    let begin = query("page", of: request).flatMap(Int.init).map { max(0, $0 - 1) * Self.pageSize } ?? 0
    let page = all.dropFirst(begin).prefix(Self.pageSize)
    let end = begin + page.count
    let next = "\(address.url)/api/v2/stores/\(store.id)/snaps?page=\(end / Self.pageSize + 1)"
    return try answer(
      BrandStoreSnapsResponse(
        snaps: page.map(desk.description), links: .init(next: end < all.count ? .init(href: next) : nil)))
  }
}

/// What administrators of a store are told of it.
struct BrandDesk: Sendable {
  let catalogue: SimulatedCatalogue
  let gate: DashboardGate

  /// - Throws: ``ProtocolError``; for whoever is no administrator the store is not there.
  func store(in context: SimulatorContext, for request: Request) throws -> SeedStore {
    let caller = try gate.caller(of: request, mayDo: ["store_admin"])
    let id = try context.parameters.require("id")
    guard let store = (try? StoreID(parsing: id)).flatMap({ catalogue.stores[$0] }),
      store.roles[caller.user.account.username] == "admin"
    else { throw ProtocolError.dashboard(.notFound, "resource-not-found", "There is no store \(id.prefix(80)).") }
    return store
  }

  /// Those that are registered in it and those that it includes.
  func snaps(of store: SeedStore) -> [SimulatedSnap] {
    catalogue.snaps.filter { $0.seed.store == store.id || store.includes.contains($0.name) }
  }

  /// As an administrator sees a snap.
  func description(of snap: SimulatedSnap) -> BrandStoreSnap {
    let including = catalogue.stores.values.filter { other in
      other.includes.contains(snap.name) || other.parent == snap.seed.store
    }
    let latest = snap.history.last
    return BrandStoreSnap(
      id: snap.snapID, name: snap.name, store: snap.seed.store, isPrivate: snap.seed.store != .global,
      isEssential: ["core", "snapd"].contains(snap.name.description), includedStores: including.map(\.id).sorted(),
      latestRelease: .init(
        channel: latest?.place.channel.description, revision: latest?.revision.number.number,
        timestamp: latest?.releasedAt, version: latest?.revision.seed.version))
  }
}
