import Hummingbird
import StoreAPI
import StoreModel

/// `GET /v2/metadata/overrides/{snap_name}`: the overrides of one snap. Answer: ``OverridesResponse``. Source: Overrides
/// API.
struct GetOverrides: Endpoint {
  let gate: AdministratorGate

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    let administrator = try await gate.administrator(of: request, context: context)
    try request.requireSeries()
    let text = try RequestReader(request: request).path(after: "/v2/metadata/overrides/").joined(separator: "/")
    guard let name = try? SnapName(parsing: text) else {
      throw ProtocolError.malformed("'\(text.prefix(80))' is not the name of a snap")
    }
    return try answer(try await gate.overrides(of: name, for: administrator))
  }
}

/// `GET /v2/metadata/overrides`: the overrides of all snaps. Answer: ``OverridesResponse``. Ours: the original lists one
/// snap at a time.
struct GetAllOverrides: Endpoint {
  let gate: AdministratorGate

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    let administrator = try await gate.administrator(of: request, context: context)
    try request.requireSeries()
    return try answer(try await gate.overrides(of: nil, for: administrator))
  }
}

extension AdministratorGate {
  /// The overrides of one snap or of all, as far as the administrator sees the snaps.
  fileprivate func overrides(of name: SnapName?, for administrator: Administrator) async throws -> OverridesResponse {
    OverridesResponse(
      try await sources.desk().list(of: name).entries.filter { entry in
        guard let name = try? SnapName(parsing: entry.snapName) else { return false }
        return !hides(name, from: administrator)
      })
  }

  /// A brand decides what its own devices get, and not what those of other brands do.
  /// - Throws: ``ProtocolError`` for a snap that devices of several brands see.
  func requireOwn(_ name: SnapName, of administrator: Administrator) throws(ProtocolError) {
    guard let sight = administrator.sight, storefront.latest.isShared(name, seenBy: sight) else { return }
    throw .permissionNeeded("\(name) is not for the devices of one brand alone; the store's operator can override it.")
  }

  /// Whether a snap is another brand's.
  func hides(_ name: SnapName, from administrator: Administrator) -> Bool {
    administrator.sight.map { storefront.latest.hides(name, from: $0) } ?? false
  }
}

extension Request {
  /// There is one series. A client that names none means it.
  func requireSeries() throws(ProtocolError) {
    guard let series = headers[.series], series != "16" else { return }
    throw .malformed("there is no series '\(series.prefix(20))', only 16")
  }
}
