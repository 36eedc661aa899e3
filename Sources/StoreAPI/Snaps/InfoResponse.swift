public import StoreModel

/// The answer to `GET /v2/snaps/info/{name}`. Source: snapd, `store/details_v2.go`, `storeInfo`.
public struct InfoResponse: Codable, Sendable {
  /// What each channel holds, the headline entry first. snapd takes an empty map for "not found".
  public var channelMap: [ChannelMapEntry]
  /// What belongs to the snap rather than to a revision; overrides the entries.
  public var snap: SnapDetails
  /// The snap's name.
  public var name: SnapName
  /// The snap's identity.
  public var snapID: SnapID
  /// The track that a risk alone means; snapd ignores it.
  public var defaultTrack: String?

  /// An answer of its parts.
  public init(
    name: SnapName, snapID: SnapID, snap: SnapDetails, channelMap: [ChannelMapEntry], defaultTrack: String? = nil
  ) {
    self.name = name
    self.snapID = snapID
    self.snap = snap
    self.channelMap = channelMap
    self.defaultTrack = defaultTrack
  }

  private enum CodingKeys: String, CodingKey {
    case channelMap = "channel-map"
    case snap
    case name
    case snapID = "snap-id"
    case defaultTrack = "default-track"
  }
}

/// One entry of a channel map: where, and the revision that is there.
public struct ChannelMapEntry: Codable, Sendable, Hashable {
  /// Where.
  public var channel: ReleasedChannel
  /// What; on the wire its members stand beside `channel`.
  public var details: SnapDetails

  /// An entry of its parts.
  public init(channel: ReleasedChannel, details: SnapDetails) {
    self.channel = channel
    self.details = details
  }

  private enum CodingKeys: String, CodingKey { case channel }

  /// Reads `channel`, an object here, and the members of the revision beside it.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    channel = try container.decode(ReleasedChannel.self, forKey: .channel)
    details = try SnapDetails(from: decoder)
  }

  /// Writes the members of the revision beside `channel`.
  public func encode(to encoder: any Encoder) throws {
    var details = details
    details.channel = nil
    try details.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(channel, forKey: .channel)
  }
}

/// The channel of an entry in a channel map.
public struct ReleasedChannel: Codable, Sendable, Hashable {
  /// `latest/stable` or `stable`.
  public var name: String
  /// `latest`, `22`, ...
  public var track: String
  /// `stable`, ...
  public var risk: String
  /// Devices of this architecture get the entry.
  public var architecture: Architecture
  /// RFC 3339.
  public var releasedAt: String?

  /// The entry for a channel.
  public init(_ channel: Channel, architecture: Architecture, releasedAt: String?) {
    name = channel.name
    track = channel.track ?? "latest"
    risk = channel.risk.rawValue
    self.architecture = architecture
    self.releasedAt = releasedAt
  }

  /// The same as a value.
  /// - Throws: ``StoreModelError/malformed(kind:text:)``.
  public func channel() throws(StoreModelError) -> Channel { try Channel(parsing: name) }

  private enum CodingKeys: String, CodingKey {
    case name
    case track
    case risk
    case architecture
    case releasedAt = "released-at"
  }
}
