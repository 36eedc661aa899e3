public import Cryptography
public import StoreAPI
public import StoreModel

/// What the tarball of one snap holds. Not signed: a reader believes only what the assertions prove.
public struct SnapBundleManifest: BundleManifest, Codable, Hashable {
  /// The newest format that this program reads and writes.
  public static let currentFormat = BundleKind.currentFormat
  /// The value of ``kind``.
  public static let kind = BundleKind.snap.rawValue
  /// The name of the manifest in the tarball.
  public static let path = BundleKind.manifestPath

  /// Proven by the assertions.
  public static let proofs = 1

  /// See ``currentFormat``.
  public var format: Int
  /// Always ``kind-swift.type.property``.
  public var kind: String
  /// The snap's name.
  public var name: SnapName
  /// The snap's identity.
  public var snapID: SnapID
  /// Who publishes it.
  public var publisher: Publisher?
  /// The store that it was exported from: `ubuntu` for the global one.
  public var store: StoreID
  /// What belongs to the snap rather than to a revision.
  public var snap: SnapDetails
  /// By number.
  public var revisions: [RevisionEntry]
  /// By channel, then architecture.
  public var channelMap: [ReleaseEntry]
  /// Every member but the manifest.
  public var members: [BundleMember]
  /// Of several; `nil` where the bundle is one tarball.
  public var volume: BundleVolume?

  /// A manifest of its parts, sorted.
  public init(
    name: SnapName, snapID: SnapID, publisher: Publisher?, store: StoreID, snap: SnapDetails,
    revisions: [RevisionEntry], channelMap: [ReleaseEntry], members: [BundleMember]
  ) {
    format = BundleKind.format(of: members)
    kind = Self.kind
    self.name = name
    self.snapID = snapID
    self.publisher = publisher
    self.store = store
    self.snap = snap
    self.revisions = revisions.sorted { $0.revision < $1.revision }
    self.channelMap = channelMap.sorted { ($0.channel, $0.architecture) < ($1.channel, $1.architecture) }
    self.members = members
  }

  private enum CodingKeys: String, CodingKey {
    case format
    case kind
    case name
    case snapID = "snap-id"
    case publisher
    case store
    case snap
    case revisions
    case channelMap = "channel-map"
    case members
    case volume
  }

  /// One revision, one file.
  public struct RevisionEntry: Codable, Sendable, Hashable {
    /// The number.
    public var revision: Revision
    /// Of the file.
    public var sha3: SHA3Digest
    /// Of the file, in bytes.
    public var size: UInt64
    /// What it runs on.
    public var architectures: [Architecture]
    /// What belongs to the revision.
    public var details: SnapDetails

    /// An entry of its parts.
    public init(
      revision: Revision, sha3: SHA3Digest, size: UInt64, architectures: [Architecture], details: SnapDetails
    ) {
      self.revision = revision
      self.sha3 = sha3
      self.size = size
      self.architectures = architectures
      self.details = details
    }

    private enum CodingKeys: String, CodingKey {
      case revision
      case sha3 = "sha3-384"
      case size
      case architectures
      case details
    }
  }

  /// What a channel holds.
  public struct ReleaseEntry: Codable, Sendable, Hashable {
    /// With its track: `latest/stable`.
    public var channel: Channel
    /// For devices of this architecture.
    public var architecture: Architecture
    /// One of ``SnapBundleManifest/revisions``.
    public var revision: Revision
    /// RFC 3339.
    public var releasedAt: String?

    /// An entry of its parts.
    public init(channel: Channel, architecture: Architecture, revision: Revision, releasedAt: String?) {
      self.channel = channel
      self.architecture = architecture
      self.revision = revision
      self.releasedAt = releasedAt
    }

    private enum CodingKeys: String, CodingKey {
      case channel
      case architecture
      case revision
      case releasedAt = "released-at"
    }
  }
}

extension SnapBundleManifest {
  /// - Throws: ``BundleError``.
  init(decoding bytes: [UInt8], of path: String) throws(BundleError) {
    try ManifestHead(decoding: bytes, of: path).require(.snap, of: path)
    self = try ManifestCoding.value(Self.self, from: bytes, what: "manifest", of: path)
  }
}
