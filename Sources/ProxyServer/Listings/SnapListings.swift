import ProxyState
import StoreAPI
import StoreModel

/// The lists of the whole catalogue that devices fetch once a day, without what only some may see.
enum SnapListings {
  /// Every snap whose stable, or next safest, revision is confined as asked; by name.
  static func names(of snaps: [PreparedSnap], confinements: Set<Confinement>, audience: Audience) -> NamesResponse {
    NamesResponse(
      snaps.filter { audience.canSee($0.snap) }.sorted { $0.snap.name < $1.snap.name }.compactMap { snap in
        guard let release = snap.releases.first, let revision = snap.revisions[release.revision] else { return nil }
        let details = revision.revision.details
        guard confinements.isEmpty || confinements.contains(details.confinement ?? .strict) else { return nil }
        return NamedPackage(
          packageName: snap.snap.name.description, version: details.version ?? "",
          summary: snap.snap.details.summary ?? details.summary ?? "",
          apps: revision.apps)
      })
  }

  /// The categories that some snap is in, by name; `featured` first, since devices ask for it where nothing is asked.
  static func categories(of snaps: [PreparedSnap], audience: Audience) -> [String] {
    let visible = snaps.filter { audience.canSee($0.snap) }
    guard !visible.isEmpty else { return [] }
    let names = Set(visible.flatMap { ($0.snap.details.categories ?? []).map(\.name) })
    return [FindIndex.featured] + names.subtracting([FindIndex.featured]).sorted()
  }
}
