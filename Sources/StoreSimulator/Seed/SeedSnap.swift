public import StoreModel

/// A snap that the store is to have.
public struct SeedSnap: Sendable {
  /// Its name.
  public var name: SnapName
  /// Who publishes it.
  public var publisher: SeedPublisher
  /// One line.
  public var summary: String
  /// An SPDX expression.
  public var license: String?
  /// Categories that it is listed under; `featured` for the front page.
  public var categories: [String] = []
  /// The store that it is registered in; snaps of a brand's store are private.
  public var store = StoreID.global
  /// Whether it has a picture.
  public var hasIcon = false
  /// The track that a risk alone means.
  public var defaultTrack: String?
  /// Whether its declaration exists in a newer format too.
  public var hasNewDeclaration = false
  /// What was uploaded.
  public var revisions: [SeedRevision]
  /// What was released, in the order of time.
  public var releases: [SeedRelease]

  /// A snap of its parts.
  /// - Throws: `StoreModelError` where the name is none.
  public init(
    _ name: String, publisher: SeedPublisher, summary: String, license: String? = nil, revisions: [SeedRevision],
    releases: [SeedRelease]
  ) throws {
    self.name = try SnapName(parsing: name)
    self.publisher = publisher
    self.summary = summary
    self.license = license
    self.revisions = revisions
    self.releases = releases
  }
}

/// A revision that was uploaded.
public struct SeedRevision: Sendable {
  /// What the file holds.
  public enum Contents: Sendable {
    /// A squashfs with meta/snap.yaml and the programs that it names.
    case squashFS
    /// Random bytes, always the same; no snap that could be mounted.
    case random(bytes: UInt64)
  }

  /// From 1.
  public var number: Revision
  /// The publisher's.
  public var version: String
  /// What it runs on; `all` for everything.
  public var architecture: Architecture
  /// What it is.
  public var type = SnapType.app
  /// `nil` for a base and for what stands on `core`.
  public var base: String?
  /// How it is confined.
  public var confinement = Confinement.strict
  /// `0`, `1*`, ...
  public var epoch = "0"
  /// The commands that it brings.
  public var apps: [String] = []
  /// Further top-level entries of meta/snap.yaml.
  public var yaml = ""
  /// What the file holds.
  public var contents = Contents.squashFS

  /// A revision without programs.
  /// - Throws: `StoreModelError`.
  public init(_ number: Int, version: String, architecture: String = "amd64") throws {
    self.number = try Revision(number)
    self.version = version
    self.architecture = try Architecture(parsing: architecture)
  }
}

/// That a channel got a revision, or was closed.
public struct SeedRelease: Sendable {
  /// Where.
  public var channel: Channel
  /// For devices of this architecture.
  public var architecture: Architecture
  /// `nil` closes the channel.
  public var revision: Revision?

  /// - Throws: `StoreModelError`.
  public init(_ revision: Int?, to channel: String, architecture: String = "amd64") throws {
    self.channel = try Channel(parsing: channel)
    self.architecture = try Architecture(parsing: architecture)
    self.revision = try revision.map { try Revision($0) }
  }
}

/// Who publishes a snap.
public struct SeedPublisher: Sendable, Hashable {
  /// How much the store knows of a publisher.
  public enum Validation: String, Sendable {
    case unproven, starred, verified
  }

  /// The account's identity.
  public var id: String
  /// The name in addresses.
  public var username: String
  /// The name for people.
  public var displayName: String
  /// What the store says of them.
  public var validation: Validation

  /// A publisher of its parts.
  public init(id: String, username: String, displayName: String, validation: Validation) {
    self.id = id
    self.username = username
    self.displayName = displayName
    self.validation = validation
  }

  /// Publishes bases and system snaps, and signs the validation set.
  public static let system = SeedPublisher(
    id: "systemworks", username: "systemworks", displayName: "System Works", validation: .verified)
  /// Publishes tools.
  public static let tools = SeedPublisher(
    id: derivedIdentifier(of: "account/toolsmith"), username: "toolsmith", displayName: "The Toolsmith",
    validation: .starred)
  /// A brand with stores of its own; its key signs models and serials.
  public static let acme = SeedPublisher(
    id: derivedIdentifier(of: "account/acme"), username: "acme", displayName: "ACME", validation: .verified)
  /// Publishes what nobody has proven; can log in as becky@example.com.
  public static let becky = SeedPublisher(
    id: derivedIdentifier(of: "account/becky"), username: "becky", displayName: "Becky", validation: .unproven)
}
