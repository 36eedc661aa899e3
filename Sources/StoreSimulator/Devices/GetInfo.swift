import Hummingbird
import StoreAPI
import StoreModel

/// `GET /v2/snaps/info/{name}`. Source: device-api, section 6.
struct GetInfo: Endpoint {
  let catalogue: SimulatedCatalogue
  let audiences: AudienceGate
  let address: ServerAddress
  let liar: DownloadLiar

  func respond(to request: Request, context: SimulatorContext) async throws -> Response {
    let name = try context.parameters.require("name")
    let fields = try FieldSet(list: query("fields", of: request))
    let architecture = try query("architecture", of: request).map { try Architecture(parsing: $0) }
    let audience = try audiences.audience(of: request)
    guard let parsed = try? SnapName(parsing: name), let snap = catalogue.snap(parsed, for: audience) else {
      throw ProtocolError(.notFound, "resource-not-found", "No snap named '\(name)' found in series '16'.")
    }
    let describer = SnapDescriber(baseURL: address.url, fields: fields)
    let lies = liar.lies(path: request.uri.path)
    let releases = snap.channelMap.filter { release in
      release.place.channel.branch == nil && (architecture == nil || release.place.architecture == architecture)
    }
    let response = InfoResponse(
      name: snap.name, snapID: snap.snapID, snap: describer.snap(snap),
      channelMap: releases.map { release in
        ChannelMapEntry(
          channel: ReleasedChannel(
            release.place.channel, architecture: release.place.architecture, releasedAt: release.releasedAt),
          details: describer.revision(release.revision, of: snap, lies: lies))
      }, defaultTrack: snap.seed.defaultTrack)
    return try answer(response)
  }
}
