import StoreModel

/// What the store of the demo has: few snaps, and something of everything.
enum DemoSeed {
  static func snaps() throws -> [SeedSnap] {
    try [hello(), jq(), htop(), postgresql()] + systemSnaps() + desktopSnaps() + BrandSeed.snaps()
  }

  /// Two architectures, tracks, a branch, a closed channel, two epochs, and a revision that was never released.
  private static func hello() throws -> SeedSnap {
    func revision(_ number: Int, _ version: String, _ architecture: String = "amd64", epoch: String = "0") throws
      -> SeedRevision
    {
      var revision = try app(number, version, architecture, base: "core22", apps: ["hello"])
      revision.epoch = epoch
      return revision
    }
    var snap = try SeedSnap(
      "hello", publisher: .becky, summary: "Says hello", license: "GPL-3.0",
      revisions: [
        revision(1, "2.9"), revision(2, "2.10"), revision(3, "2.10", "arm64"), revision(4, "2.10.1"),
        revision(5, "2.11", epoch: "1*"), revision(6, "2.11", "arm64", epoch: "1*"), revision(7, "2.8-lts"),
        revision(8, "2.11-fix1", epoch: "1*"), revision(9, "2.12-unreleased", epoch: "1*"),
      ],
      releases: [
        SeedRelease(1, to: "stable"), SeedRelease(1, to: "beta"), SeedRelease(2, to: "stable"),
        SeedRelease(3, to: "stable", architecture: "arm64"), SeedRelease(4, to: "candidate"),
        SeedRelease(nil, to: "beta"), SeedRelease(5, to: "edge"), SeedRelease(6, to: "edge", architecture: "arm64"),
        SeedRelease(7, to: "2/stable"), SeedRelease(8, to: "edge/fix-1"),
      ])
    snap.categories = ["featured", "utilities"]
    snap.hasIcon = true
    return snap
  }

  private static func jq() throws -> SeedSnap {
    var snap = try SeedSnap(
      "jq", publisher: .tools, summary: "Command-line JSON processor", license: "MIT",
      revisions: [
        app(5, "1.5", base: nil, apps: ["jq"]), app(6, "1.5+dfsg-1", base: nil, apps: ["jq"]),
        app(8, "1.5+dfsg-1", "arm64", base: nil, apps: ["jq"]),
        app(12, "1.7", base: "core22", apps: ["jq"]),
      ],
      releases: [
        SeedRelease(5, to: "stable"), SeedRelease(6, to: "stable"),
        SeedRelease(8, to: "stable", architecture: "arm64"), SeedRelease(12, to: "edge"),
      ])
    snap.categories = ["development"]
    return snap
  }

  private static func htop() throws -> SeedSnap {
    var snap = try SeedSnap(
      "htop", publisher: .tools, summary: "Interactive processes viewer", license: "GPL-2.0",
      revisions: [
        app(3417, "3.2.1", base: "core22", apps: ["htop"]),
        app(3425, "3.2.1", "arm64", base: "core22", apps: ["htop"]),
      ],
      releases: [SeedRelease(3417, to: "stable"), SeedRelease(3425, to: "stable", architecture: "arm64")])
    snap.categories = ["utilities", "featured"]
    return snap
  }

  /// Revision 96 was in a channel once and is in none today.
  private static func postgresql() throws -> SeedSnap {
    var snap = try SeedSnap(
      "charmed-postgresql", publisher: .system, summary: "PostgreSQL for charms", license: "Apache-2.0",
      revisions: [
        app(96, "14.9", base: "core22", apps: ["psql"]), app(120, "14.11", base: "core22", apps: ["psql"]),
        app(177, "16.4", base: "core24", apps: ["psql"]),
      ],
      releases: [
        SeedRelease(96, to: "14/edge"), SeedRelease(120, to: "14/edge"), SeedRelease(120, to: "14/stable"),
        SeedRelease(177, to: "16/stable"),
      ])
    snap.defaultTrack = "14"
    return snap
  }

  private static func systemSnaps() throws -> [SeedSnap] {
    try [
      ("core22", SnapKind.base, 1380, "20240408"), ("core24", .base, 423, "20240710"),
      ("snapd", .snapd, 21759, "2.63"), ("core", .os, 17200, "16-2.61.4"),
    ].map { name, kind, first, version in
      let revisions = try [(first, "amd64"), (first + 1, "arm64")].map { number, architecture in
        var revision = try SeedRevision(number, version: version, architecture: architecture)
        revision.type = kind.type
        return revision
      }
      return try SeedSnap(
        name, publisher: .system, summary: kind.summary, license: "GPL-3.0", revisions: revisions,
        releases: [
          SeedRelease(first, to: "stable"), SeedRelease(first + 1, to: "stable", architecture: "arm64"),
        ])
    }
  }

  /// A snap that takes content from another, and the other.
  private static func desktopSnaps() throws -> [SeedSnap] {
    var themes = try SeedRevision(1535, version: "0.1", architecture: "all")
    themes.yaml = """
      slots:
        gtk-3-themes:
          interface: content
          content: gtk-3-themes
          read:
            - $SNAP/share/themes
      """
    var desktop = try app(42, "3.0", base: "core22", apps: ["desktop-app"])
    desktop.yaml = """
      plugs:
        gtk-3-themes:
          interface: content
          content: gtk-3-themes
          target: $SNAP/data-dir/themes
          default-provider: gtk-common-themes
      """
    var desktopOnARM = desktop
    desktopOnARM.number = try SeedRevision(43, version: "3.0").number
    desktopOnARM.architecture = try SeedRevision(43, version: "3.0", architecture: "arm64").architecture
    let provider = try SeedSnap(
      "gtk-common-themes", publisher: .system, summary: "All the themes", license: "LGPL-2.1", revisions: [themes],
      releases: ["amd64", "arm64"].map { try SeedRelease(1535, to: "stable", architecture: $0) })
    var consumer = try SeedSnap(
      "desktop-app", publisher: .becky, summary: "A window with a theme", license: "MIT",
      revisions: [desktop, desktopOnARM],
      releases: [SeedRelease(42, to: "stable"), SeedRelease(43, to: "stable", architecture: "arm64")])
    consumer.hasIcon = true
    consumer.hasNewDeclaration = true
    return [provider, consumer]
  }

  private static func app(
    _ number: Int, _ version: String, _ architecture: String = "amd64", base: String?, apps: [String]
  ) throws -> SeedRevision {
    var revision = try SeedRevision(number, version: version, architecture: architecture)
    revision.base = base
    revision.apps = apps
    return revision
  }
}

/// A kind of system snap.
private enum SnapKind {
  case base, snapd, os

  var type: SnapType {
    switch self {
    case .base: .base
    case .snapd: .snapd
    case .os: .os
    }
  }

  var summary: String {
    switch self {
    case .base: "A base to stand on"
    case .snapd: "The daemon that runs snaps"
    case .os: "The first of all bases"
    }
  }
}
