import Hummingbird
import StoreAPI
import StoreModel

/// `GET /v2/snaps/find`. Source: device-api, section 7.
struct GetFind: Endpoint {
  let catalogue: SimulatedCatalogue
  let audiences: AudienceGate
  let address: ServerAddress

  func respond(to request: Request, context: SimulatorContext) async throws -> Response {
    let names = query("fields", of: request)?.split(separator: ",").map(String.init).filter { $0 != "channel" }
    let fields = try names.map { try FieldSet($0) } ?? FieldSet()
    let describer = SnapDescriber(baseURL: address.url, fields: fields)
    let architecture = try Architecture(parsing: query("architecture", of: request) ?? "amd64")
    let channel = try Channel(parsing: query("channel", of: request) ?? "stable")
    let text = query("q", of: request)?.replacing("+", with: " ").lowercased()
    let (prefix, category) = (query("name", of: request), query("category", of: request))
    let audience = try audiences.audience(of: request)
    let found = catalogue.snaps(for: audience).compactMap { snap -> FoundSnap? in
      guard isHit(snap, text: text, prefix: prefix, category: category),
        let release = snap.release(in: channel, for: architecture)
      else { return nil }
      var revision = describer.revision(release.revision, of: snap)
      revision.channel = release.place.channel.name
      revision.download = revision.download.map { Download(url: nil, size: $0.size, sha3: nil) }
      return FoundSnap(name: snap.name, snapID: snap.snapID, revision: revision, snap: describer.snap(snap))
    }
    return try answer(FindResponse(results: found))
  }

  private func isHit(_ snap: SimulatedSnap, text: String?, prefix: String?, category: String?) -> Bool {
    if let category, !snap.seed.categories.contains(category) { return false }
    if let prefix, !snap.name.description.hasPrefix(prefix) { return false }
    guard let text else { return true }
    let said = "\(snap.name) \(snap.seed.summary) \(snap.seed.publisher.displayName)".lowercased()
    return text.split(separator: " ").allSatisfy { said.contains($0) }
  }
}
