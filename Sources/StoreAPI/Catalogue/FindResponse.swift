public import StoreModel

/// The answer to `GET /v2/snaps/find`. Source: snapd, `store/details_v2.go`, `searchV2Results`.
public struct FindResponse: Codable, Sendable {
  /// The most relevant first; there is no paging.
  public var results: [FoundSnap]
  /// Why there are none, with an error status.
  public var errorList: [StoreErrorItem]?

  /// An answer of its parts.
  public init(results: [FoundSnap], errorList: [StoreErrorItem]? = []) {
    self.results = results
    self.errorList = errorList
  }

  private enum CodingKeys: String, CodingKey {
    case results
    case errorList = "error-list"
  }
}

/// A snap that was found.
public struct FoundSnap: Codable, Sendable {
  /// The snap's name.
  public var name: SnapName
  /// The snap's identity.
  public var snapID: SnapID
  /// The revision in the channel that was searched; overrides `snap`.
  public var revision: SnapDetails
  /// What belongs to the snap.
  public var snap: SnapDetails

  /// A finding of its parts.
  public init(name: SnapName, snapID: SnapID, revision: SnapDetails, snap: SnapDetails) {
    self.name = name
    self.snapID = snapID
    self.revision = revision
    self.snap = snap
  }

  private enum CodingKeys: String, CodingKey {
    case name
    case snapID = "snap-id"
    case revision
    case snap
  }
}
