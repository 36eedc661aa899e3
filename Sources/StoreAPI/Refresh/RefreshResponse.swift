public import StoreModel

/// The answer to `POST /v2/snaps/refresh`: one result for each action. Source: snapd, `store/store_action.go`.
public struct RefreshResponse: Codable, Sendable {
  /// In the order of the actions.
  public var results: [RefreshResult]
  /// What concerns the whole request.
  public var errorList: [StoreErrorItem]?

  /// An answer of its parts.
  public init(results: [RefreshResult], errorList: [StoreErrorItem]? = []) {
    self.results = results
    self.errorList = errorList
  }

  private enum CodingKeys: String, CodingKey {
    case results
    case errorList = "error-list"
  }
}

/// The answer to one action of a refresh.
public struct RefreshResult: Codable, Sendable {
  /// `install`, `download`, `refresh`, `error` or `fetch-assertions`.
  public var result: String
  /// Echoed.
  public var instanceKey: String?
  /// The snap's identity.
  public var snapID: String?
  /// Needed in errors: without it snapd cannot say which snap failed.
  public var name: String?
  /// What to install.
  public var snap: SnapDetails?
  /// The channel that answered.
  public var effectiveChannel: String?
  /// The channel to follow from now on, where a default track applies.
  public var redirectChannel: String?
  /// When the revision was released, RFC 3339.
  public var releasedAt: String?
  /// Of an `error`.
  public var error: RefreshError?
  /// Of `fetch-assertions`, echoed.
  public var key: String?
  /// Of `fetch-assertions`: absolute URLs; empty where everything is up to date.
  public var assertionStreamURLs: [String]?
  /// Of `fetch-assertions`: what was not found. snapd then ignores the URLs.
  public var errorList: [WantedAssertionError]?

  /// A result of its kind alone.
  public init(result: String) { self.result = result }

  private enum CodingKeys: String, CodingKey {
    case result
    case instanceKey = "instance-key"
    case snapID = "snap-id"
    case name
    case snap
    case effectiveChannel = "effective-channel"
    case redirectChannel = "redirect-channel"
    case releasedAt = "released-at"
    case error
    case key
    case assertionStreamURLs = "assertion-stream-urls"
    case errorList = "error-list"
  }
}

/// Why an action on a snap has no answer.
public struct RefreshError: Codable, Sendable {
  /// `revision-not-found`, `id-not-found`, `name-not-found`, ...
  public var code: String
  /// For people.
  public var message: String
  /// What there is instead.
  public var extra: Extra?

  /// An error of its parts.
  public init(code: String, message: String, releases: [Release]? = nil) {
    self.code = code
    self.message = message
    extra = releases.map(Extra.init(releases:))
  }

  /// Where the snap can be had.
  public struct Extra: Codable, Sendable {
    /// Every architecture and channel that holds a revision.
    public var releases: [Release]?
  }

  /// A place where the snap can be had.
  public struct Release: Codable, Sendable, Hashable {
    /// For devices of this architecture.
    public var architecture: Architecture
    /// For example `latest/stable`.
    public var channel: String

    /// A release of its parts.
    public init(architecture: Architecture, channel: String) {
      self.architecture = architecture
      self.channel = channel
    }
  }
}

/// An assertion that a `fetch-assertions` action asked for in vain. Without type and key snapd fails the whole group.
public struct WantedAssertionError: Codable, Sendable {
  /// `not-found`.
  public var code: String
  /// For people.
  public var message: String
  /// Of the assertion.
  public var type: String?
  /// Of the assertion.
  public var primaryKey: [String]?
  /// Of the sequence.
  public var sequenceKey: [String]?

  /// What was not found.
  public init(notFound wanted: WantedAssertion) {
    code = "not-found"
    let key = (wanted.primaryKey ?? wanted.sequenceKey ?? []).joined(separator: "/")
    message = "no \(wanted.type) assertion \(key)"
    type = wanted.type
    primaryKey = wanted.primaryKey
    sequenceKey = wanted.sequenceKey
  }

  private enum CodingKeys: String, CodingKey {
    case code
    case message
    case type
    case primaryKey = "primary-key"
    case sequenceKey = "sequence-key"
  }
}
