public import StoreModel

/// The body of `POST /v2/snaps/refresh`. Source: snapd, `store/store_action.go`.
public struct RefreshRequest: Codable, Sendable {
  /// Every installed snap, also those that no action is about.
  public var context: [InstalledSnap]
  /// What the device asks.
  public var actions: [RefreshAction]
  /// The members of ``SnapDetails`` that the device wants.
  public var fields: [String]?
  /// The highest format of each assertion type that the device understands; a missing type means 0.
  public var assertionMaxFormats: [String: Int]?

  /// A request of its parts.
  public init(
    context: [InstalledSnap], actions: [RefreshAction], fields: [String]?, assertionMaxFormats: [String: Int]? = nil
  ) {
    self.context = context
    self.actions = actions
    self.fields = fields
    self.assertionMaxFormats = assertionMaxFormats
  }

  private enum CodingKeys: String, CodingKey {
    case context
    case actions
    case fields
    case assertionMaxFormats = "assertion-max-formats"
  }
}

/// An installed snap, in the context of a refresh.
public struct InstalledSnap: Codable, Sendable {
  /// The identity; a text, since a device may have snaps of other stores.
  public var snapID: String
  /// Opaque; to be echoed.
  public var instanceKey: String
  /// The installed revision; negative for one that was installed from a file.
  public var revision: Int
  /// What the snap follows.
  public var trackingChannel: String?
  /// Of the installed revision.
  public var epoch: Epoch?
  /// When that revision arrived, RFC 3339.
  public var refreshedDate: String?
  /// Whether the device ignores validation sets for this snap.
  public var ignoreValidation: Bool?
  /// Opaque.
  public var cohortKey: String?
  /// Sets that are in force, each `["16", account, name, sequence]`.
  public var validationSets: [[String]]?

  /// An installed snap of its parts.
  public init(
    snapID: String, instanceKey: String, revision: Int, trackingChannel: String?, epoch: Epoch? = nil,
    ignoreValidation: Bool? = nil, validationSets: [[String]]? = nil
  ) {
    self.snapID = snapID
    self.instanceKey = instanceKey
    self.revision = revision
    self.trackingChannel = trackingChannel
    self.epoch = epoch
    self.ignoreValidation = ignoreValidation
    self.validationSets = validationSets
  }

  private enum CodingKeys: String, CodingKey {
    case snapID = "snap-id"
    case instanceKey = "instance-key"
    case revision
    case trackingChannel = "tracking-channel"
    case epoch
    case refreshedDate = "refreshed-date"
    case ignoreValidation = "ignore-validation"
    case cohortKey = "cohort-key"
    case validationSets = "validation-sets"
  }
}

/// One question of a refresh.
public struct RefreshAction: Codable, Sendable {
  /// `install`, `download`, `refresh` or `fetch-assertions`.
  public var action: String
  /// Of a snap action; to be echoed.
  public var instanceKey: String?
  /// Of an install or a download.
  public var name: String?
  /// Of a refresh.
  public var snapID: String?
  /// Absent on a refresh: the tracking channel; absent on an install without a revision: the store's default.
  public var channel: String?
  /// Exactly this one.
  public var revision: Int?
  /// Of a snap that was installed from a file and is now to follow the store ("amend").
  public var epoch: Epoch?
  /// `true` ignore, `false` enforce, absent as in the context.
  public var ignoreValidation: Bool?
  /// As in the context.
  public var validationSets: [[String]]?
  /// Opaque.
  public var cohortKey: String?
  /// Of `fetch-assertions`: the group's key, to be echoed.
  public var key: String?
  /// Of `fetch-assertions`.
  public var assertions: [WantedAssertion]?

  /// An action of its kind alone.
  public init(action: String) { self.action = action }

  private enum CodingKeys: String, CodingKey {
    case action
    case instanceKey = "instance-key"
    case name
    case snapID = "snap-id"
    case channel
    case revision
    case epoch
    case ignoreValidation = "ignore-validation"
    case validationSets = "validation-sets"
    case cohortKey = "cohort-key"
    case key
    case assertions
  }
}

/// An assertion that a device wants to have, by its key or as a point of a sequence.
public struct WantedAssertion: Codable, Sendable, Hashable {
  /// For example `snap-declaration`.
  public var type: String
  /// Trailing optional parts that equal their default are left out.
  public var primaryKey: [String]?
  /// The key without the sequence number.
  public var sequenceKey: [String]?
  /// Exactly this point.
  public var sequence: Int?
  /// The latest point, if it is at least this.
  public var ifSequenceEqualOrNewerThan: Int?
  /// Wanted only if its revision is greater.
  public var ifNewerThan: Int?

  /// By primary key.
  public init(type: String, primaryKey: [String], ifNewerThan: Int? = nil) {
    self.type = type
    self.primaryKey = primaryKey
    self.ifNewerThan = ifNewerThan
  }

  private enum CodingKeys: String, CodingKey {
    case type
    case primaryKey = "primary-key"
    case sequenceKey = "sequence-key"
    case sequence
    case ifSequenceEqualOrNewerThan = "if-sequence-equal-or-newer-than"
    case ifNewerThan = "if-newer-than"
  }
}
