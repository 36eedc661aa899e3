import StoreModel

/// A brand's store of many small snaps, each in ten channels for three architectures: for measurements. The stores and the
/// roles are as in the demo.
enum FleetSeed {
  private static let channels =
    ["latest", "1"].flatMap { track in ["stable", "candidate", "beta", "edge"].map { "\(track)/\($0)" } }
    + ["2/stable", "2/edge"]

  static func stores() throws -> [SeedStore] {
    let roles = ["becky": "admin"]
    return [
      try SeedStore("fleet-base", name: "Fleet", brand: .acme, roles: roles),
      try SeedStore("fleet", name: "Fleet devices", brand: .acme, parent: "fleet-base", roles: roles),
    ]
  }

  static func snaps(_ count: Int) throws -> [SeedSnap] { try (1...max(1, count)).map(snap) }

  private static func snap(_ number: Int) throws -> SeedSnap {
    let architectures = ["amd64", "arm64", "armhf"]
    let revisions = try architectures.enumerated().map { index, architecture in
      var revision = try SeedRevision(index + 1, version: "1.\(number)", architecture: architecture)
      revision.base = "core22"
      revision.apps = (1...8).map { "command-\($0)" }
      revision.contents = .random(bytes: 1024)
      return revision
    }
    let releases = try channels.flatMap { channel in
      try architectures.enumerated().map { try SeedRelease($0 + 1, to: channel, architecture: $1) }
    }
    var snap = try SeedSnap(
      "fleet-\(number)", publisher: .acme, summary: "Snap \(number) of the fleet", revisions: revisions,
      releases: releases)
    snap.store = try StoreID(parsing: "fleet-base")
    return snap
  }
}
