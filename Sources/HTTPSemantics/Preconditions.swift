/// What the conditional headers of a request make of an answer that has an entity tag and no date. Source: RFC 9110,
/// sections 13.1 and 13.2.2.
public struct Preconditions: Sendable {
  /// What is to be done.
  public enum Decision: Equatable, Sendable {
    /// Answer as if there was no condition.
    case proceed
    /// Status 304: the client has it already.
    case notModified
    /// Status 412.
    case failed
  }

  /// The value of `If-Match`.
  public var ifMatch: String?
  /// The value of `If-None-Match`.
  public var ifNoneMatch: String?
  /// The value of `If-Range`.
  public var ifRange: String?

  /// The conditional headers of one request; those with a date do not count, since our answers have none to compare:
  /// a server without a modification date ignores `If-Modified-Since` and `If-Unmodified-Since`.
  public init(ifMatch: String? = nil, ifNoneMatch: String? = nil, ifRange: String? = nil) {
    self.ifMatch = ifMatch
    self.ifNoneMatch = ifNoneMatch
    self.ifRange = ifRange
  }

  /// For GET and HEAD.
  /// - Parameter entityTag: Of the current representation, with its quotes.
  public func decide(entityTag: String) -> Decision {
    if let ifMatch, EntityTags(ifMatch)?.stronglyContains(entityTag) != true { return .failed }
    // A malformed list says nothing of what the client has.
    if let ifNoneMatch, EntityTags(ifNoneMatch)?.weaklyContains(entityTag) == true { return .notModified }
    return .proceed
  }

  /// Whether `Range` counts: a part of another version must not be appended to what the client has. A date in `If-Range`
  /// never matches, since our answers have none.
  public func honoursRange(entityTag: String) -> Bool { ifRange.map { EntityTags.isSame($0, entityTag) } ?? true }
}
