public import StoreModel

/// One override, or what became of one. Source: Overrides API, the response's schema.
public struct OverrideEntry: Codable, Sendable, Hashable {
  /// The snap's identity.
  public var snapID: String
  /// The snap's name.
  public var snapName: String
  /// What devices get; `nil` where the override was removed.
  public var revision: Int?
  /// What they would get without the override; `nil` where nothing is released there, or nobody can tell.
  public var upstreamRevision: Int?
  /// Without the track `latest`: `stable`, `22/edge`.
  public var channel: String
  /// `amd64`, or `all`.
  public var architecture: String
  /// Always `16`.
  public var series = "16"

  /// An entry of its parts.
  public init(
    id: SnapID, name: SnapName, channel: Channel, architecture: Architecture, revision: Revision?,
    upstreamRevision: Revision?
  ) {
    snapID = id.description
    snapName = name.description
    self.revision = revision?.number
    self.upstreamRevision = upstreamRevision?.number
    self.channel = channel.name
    self.architecture = architecture.description
  }

  private enum CodingKeys: String, CodingKey {
    case snapID = "snap_id"
    case snapName = "snap_name"
    case revision
    case upstreamRevision = "upstream_revision"
    case channel
    case architecture
    case series
  }

  /// Writes every member: the schema wants `null` rather than nothing.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(snapID, forKey: .snapID)
    try container.encode(snapName, forKey: .snapName)
    try container.encode(revision, forKey: .revision)
    try container.encode(upstreamRevision, forKey: .upstreamRevision)
    try container.encode(channel, forKey: .channel)
    try container.encode(architecture, forKey: .architecture)
    try container.encode(series, forKey: .series)
  }

  /// The line that commands print for an override that is in force, or that was removed:
  /// `core18 stable amd64 1722`, `core18 stable amd64 is tracking upstream (revision 1705)`.
  public var line: String {
    let place = "\(snapName) \(channel) \(architecture)"
    if let revision { return "\(place) \(revision)" }
    return "\(place) is tracking upstream\(upstreamRevision.map { " (revision \($0))" } ?? "")"
  }

  /// The line of a list: `core18 stable amd64 1722 (upstream 1705)`.
  public var listLine: String {
    guard revision != nil, let upstreamRevision else { return line }
    return "\(line) (upstream \(upstreamRevision))"
  }
}

/// The answer of `GET /v2/metadata/overrides/{snap_name}` and of `POST /v2/metadata/overrides`. Source: Overrides API.
public struct OverridesResponse: Codable, Sendable, Hashable {
  /// What counts, or what was done.
  public var overrides: [OverrideEntry]

  /// An answer of its entries.
  public init(_ overrides: [OverrideEntry]) { self.overrides = overrides }
}

/// One wish in the body of `POST /v2/metadata/overrides`, which is a list of at least one. Source: Overrides API.
public struct OverrideRequestItem: Codable, Sendable, Hashable {
  /// The snap.
  public var snapName: String
  /// What devices shall get; `nil` for what the channel holds.
  public var revision: Revision?
  /// Where.
  public var channel: String
  /// Must be `16`.
  public var series = "16"

  /// A wish of its parts.
  public init(snap: SnapName, revision: Revision?, channel: Channel) {
    snapName = snap.description
    self.revision = revision
    self.channel = channel.name
  }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case snapName = "snap_name"
    case revision
    case channel
    case series
  }

  private struct AnyKey: CodingKey {
    let stringValue: String
    let intValue: Int? = nil
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Reads an item that has exactly the members of the schema.
  /// - Throws: Also `StoreModelError`, which names the revision that is none.
  public init(from decoder: any Decoder) throws {
    let known = Set(CodingKeys.allCases.map(\.stringValue))
    let all = try decoder.container(keyedBy: AnyKey.self)
    if let stranger = all.allKeys.first(where: { !known.contains($0.stringValue) }) {
      throw DecodingError.dataCorruptedError(
        forKey: stranger, in: all, debugDescription: "'\(stranger.stringValue.prefix(40))' is not known here")
    }
    let container = try decoder.container(keyedBy: CodingKeys.self)
    snapName = try container.decode(String.self, forKey: .snapName)
    guard container.contains(.revision) else {
      throw DecodingError.keyNotFound(
        CodingKeys.revision, .init(codingPath: decoder.codingPath, debugDescription: "'revision' is missing"))
    }
    revision = try container.decodeIfPresent(Revision.self, forKey: .revision)
    channel = try container.decode(String.self, forKey: .channel)
    series = try container.decode(String.self, forKey: .series)
  }

  /// Writes every member: no revision is `null`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(snapName, forKey: .snapName)
    try container.encode(revision, forKey: .revision)
    try container.encode(channel, forKey: .channel)
    try container.encode(series, forKey: .series)
  }
}
