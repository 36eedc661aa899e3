public import StoreModel

/// The `snap` object of the devices API: what is known of a snap, of one of its revisions, or of both.
///
/// Every member is optional, since each call carries another part of it: `info` splits it into what belongs to the snap
/// and what belongs to the revision, `refresh` sends all of it. Unknown members are dropped.
/// Source: snapd, `store/details_v2.go`.
public struct SnapDetails: Codable, Sendable, Hashable {
  /// The snap's name.
  public var name: SnapName?
  /// The snap's identity.
  public var snapID: SnapID?
  /// The revision that the rest describes.
  public var revision: Revision?
  /// Must be one that snapd knows, else it refuses the whole answer.
  public var type: SnapType?
  /// The publisher's version text.
  public var version: String?
  /// Where the file is.
  public var download: Download?
  /// What it runs on; `all` alone for everything.
  public var architectures: [Architecture]?
  /// The base snap; `nil` stands for `core`.
  public var base: String?
  /// How it is confined.
  public var confinement: Confinement?
  /// Which data formats it reads and writes.
  public var epoch: Epoch?
  /// The text of meta/snap.yaml.
  public var snapYAML: String?
  /// At most 40 characters.
  public var title: String?
  /// One line.
  public var summary: String?
  /// Several lines.
  public var description: String?
  /// Who publishes it.
  public var publisher: Publisher?
  /// An SPDX expression.
  public var license: String?
  /// A `mailto:` or web address.
  public var contact: String?
  /// A web address.
  public var website: String?
  /// The snap's page in the store.
  public var storeURL: String?
  /// Addresses by kind.
  public var links: [String: [String]]?
  /// Whether only some may see it.
  public var isPrivate: Bool?
  /// Prices by currency: empty for what is free. Any entry makes the snap a paid one.
  public var prices: [String: String]?
  /// When the revision was uploaded, as RFC 3339 text.
  public var createdAt: String?
  /// Icons and screenshots.
  public var media: [Medium]?
  /// AppStream identifiers.
  public var commonIDs: [String]?
  /// Categories that the store lists it under.
  public var categories: [Category]?
  /// The channel as text; only in results of `find`.
  public var channel: String?

  /// Says nothing yet.
  public init() {}

  /// Reads every member that is there and not `null`.
  public init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    name = try members.decodeIfPresent(SnapName.self, forKey: .name)
    snapID = try members.decodeIfPresent(SnapID.self, forKey: .snapID)
    revision = try members.decodeIfPresent(Revision.self, forKey: .revision)
    type = try members.decodeIfPresent(SnapType.self, forKey: .type)
    version = try members.decodeIfPresent(String.self, forKey: .version)
    download = try members.decodeIfPresent(Download.self, forKey: .download)
    architectures = try members.decodeIfPresent([Architecture].self, forKey: .architectures)
    base = try members.decodeIfPresent(String.self, forKey: .base)
    confinement = try members.decodeIfPresent(Confinement.self, forKey: .confinement)
    epoch = try members.decodeIfPresent(Epoch.self, forKey: .epoch)
    snapYAML = try members.decodeIfPresent(String.self, forKey: .snapYAML)
    title = try members.decodeIfPresent(String.self, forKey: .title)
    summary = try members.decodeIfPresent(String.self, forKey: .summary)
    description = try members.decodeIfPresent(String.self, forKey: .description)
    publisher = try members.decodeIfPresent(Publisher.self, forKey: .publisher)
    license = try members.decodeIfPresent(String.self, forKey: .license)
    contact = try members.decodeIfPresent(String.self, forKey: .contact)
    website = try members.decodeIfPresent(String.self, forKey: .website)
    storeURL = try members.decodeIfPresent(String.self, forKey: .storeURL)
    links = try members.decodeIfPresent([String: [String]].self, forKey: .links)
    isPrivate = try members.decodeIfPresent(Bool.self, forKey: .isPrivate)
    prices = try members.decodeIfPresent([String: String].self, forKey: .prices)
    createdAt = try members.decodeIfPresent(String.self, forKey: .createdAt)
    media = try members.decodeIfPresent([Medium].self, forKey: .media)
    commonIDs = try members.decodeIfPresent([String].self, forKey: .commonIDs)
    categories = try members.decodeIfPresent([Category].self, forKey: .categories)
    // In a channel map `channel` is an object, which ``ChannelMapEntry`` reads.
    channel = try? members.decodeIfPresent(String.self, forKey: .channel)
  }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case name
    case snapID = "snap-id"
    case revision
    case type
    case version
    case download
    case architectures
    case base
    case confinement
    case epoch
    case snapYAML = "snap-yaml"
    case title
    case summary
    case description
    case publisher
    case license
    case contact
    case website
    case storeURL = "store-url"
    case links
    case isPrivate = "private"
    case prices
    case createdAt = "created-at"
    case media
    case commonIDs = "common-ids"
    case categories
    case channel
  }

  /// The members that a client may ask for in `fields`, as they are spelled on the wire.
  public static let fieldNames = CodingKeys.allCases.map(\.rawValue)
}
