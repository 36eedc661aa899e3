import Foundation
import Hummingbird
import Logging
import ProxyState
import StoreAPI
import StoreModel

/// `POST /v2/metadata/overrides`: sets and removes overrides, all that the body says or nothing. Body: a list of
/// ``OverrideRequestItem``; answer: ``OverridesResponse``. Source: Overrides API.
///
/// `POST /v2/metadata/override-plan` takes and answers the same, and changes nothing. Ours, at a path of its own: a store
/// that does not know it refuses, where it would carry out what another query or header asks for.
struct PostOverrides: Endpoint {
  let sources: AdministrationSources
  let gate: AdministratorGate
  var planOnly = false

  static let largestBody = 1 << 20
  /// Each may be a question to the upstream store.
  static let mostItems = 1000

  func respond(to request: Request, context: DeviceContext) async throws -> Response {
    let account = try await gate.administrator(of: request, context: context)
    try request.requireSeries()
    let wishes = try Self.wishes(
      [UInt8](buffer: try await RequestReader(request: request).body(upTo: Self.largestBody)))
    for wish in wishes {
      guard !gate.hides(wish.name, from: account) else { throw OverrideLookupError.unknownSnap(wish.name) }
      try gate.requireOwn(wish.name, of: account)
    }
    let desk = try await sources.desk()
    let plan = try await desk.plan(wishes)
    if planOnly { return try answer(OverridesResponse(plan.entries)) }
    try await desk.apply(plan.changes, by: OverrideAuthor(account.email, by: .api))
    context.logger.notice(
      "overrides changed", metadata: ["by": "\(account.email)", "entries": "\(plan.entries.count)"])
    return try answer(OverridesResponse(plan.entries))
  }

  /// What the body asks for: of several overrides for a snap and channel the last one counts.
  static func wishes(_ body: [UInt8]) throws(ProtocolError) -> [OverrideWish] {
    let items: [OverrideRequestItem]
    do { items = try JSONDecoder().decode([OverrideRequestItem].self, from: Data(body)) } catch let error
      as StoreModelError
    { throw .malformed(error.message) } catch {
      throw .malformed("the body must be a list of overrides, each with snap_name, revision, channel and series only")
    }
    guard !items.isEmpty, items.count <= mostItems else {
      throw .malformed("the body must have 1 to \(mostItems) overrides")
    }
    var wishes: [OverrideWish] = []
    var places: [OverrideWish: Int] = [:]
    for item in items {
      guard item.series == "16" else { throw .malformed("series must be '16'") }
      guard let name = try? SnapName(parsing: item.snapName), let channel = try? Channel(parsing: item.channel) else {
        throw .malformed("'\(item.snapName.prefix(80))' '\(item.channel.prefix(80))' is not a snap and a channel")
      }
      let wish = item.revision.map { OverrideWish.pin(name, channel, to: $0) } ?? .release(name, channel)
      if let place = places[.release(name, channel)] {
        wishes[place] = wish
      } else {
        places[.release(name, channel)] = wishes.count
        wishes.append(wish)
      }
    }
    return wishes
  }
}
