import StoreModel

/// The brand of the demo: a base store with snaps of its own, and a device view of it that includes some of the global
/// store's. becky@example.com administers both, victor@example.com may look at them, nobody else sees them.
enum BrandSeed {
  static func stores() throws -> [SeedStore] {
    let roles = ["becky": "admin", "victor": "view"]
    var devices = try SeedStore(
      "acme-devices", name: "ACME devices", brand: .acme, parent: "acme-base", includes: ["core22", "snapd", "jq"],
      roles: roles)
    devices.isAsserted = true
    return [try SeedStore("acme-base", name: "ACME", brand: .acme, roles: roles), devices]
  }

  /// Two architectures and two channels; one that only the brand may see at all; one without a revision.
  static func snaps() throws -> [SeedSnap] {
    func revision(_ number: Int, _ version: String, _ architecture: String = "amd64") throws -> SeedRevision {
      var revision = try SeedRevision(number, version: version, architecture: architecture)
      revision.base = "core22"
      revision.apps = ["acme-app"]
      return revision
    }
    var app = try SeedSnap(
      "acme-app", publisher: .acme, summary: "What ACME's devices are for",
      revisions: [revision(12, "1.4"), revision(13, "1.5"), revision(14, "1.4", "arm64")],
      releases: [
        SeedRelease(12, to: "stable"), SeedRelease(13, to: "edge"),
        SeedRelease(14, to: "stable", architecture: "arm64"),
      ])
    app.hasIcon = true
    let future = try SeedSnap(
      "acme-future", publisher: .acme, summary: "Registered, and not yet released", revisions: [], releases: [])
    return try [app, future].map { snap in
      var snap = snap
      snap.store = try StoreID(parsing: "acme-base")
      return snap
    }
  }
}
