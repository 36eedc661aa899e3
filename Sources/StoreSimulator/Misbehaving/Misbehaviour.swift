/// Something that the store does wrong, on command.
public struct Misbehaviour: Codable, Sendable, Hashable {
  /// What it does.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// Ends the connection after `after` bytes of the body.
    case cut
    /// Announces `difference` bytes more than it sends (fewer, where that is negative), then ends the connection.
    case wrongLength = "wrong-length"
    /// Inverts the byte at the place `after` of the file.
    case flipByte = "flip-byte"
    /// Pauses for `seconds` after `after` bytes of the body.
    case stall
    /// Sends at most `rate` bytes a second.
    case slow
    /// Answers 200 with the whole file whatever range was asked for.
    case ignoreRange = "ignore-range"
    /// Says in `Content-Range` that the part begins one byte later than it does.
    case wrongContentRange = "wrong-content-range"
    /// Names another digest in info and refresh.
    case wrongDigest = "wrong-digest"
    /// Adds `difference` to the size in info and refresh.
    case wrongSize = "wrong-size"
    /// Answers with `status`, and `Retry-After` where `seconds` says so.
    case status
    /// Gives an assertion the signature of another.
    case wrongSignature = "wrong-signature"
    /// Signs with keys of another root.
    case foreignRoot = "foreign-root"
    /// Gives discharges that expired a minute ago.
    case expiredDischarge = "expired-discharge"
    /// Gives discharges of browsers' logins that ask the login service another question.
    case nestedDischarge = "nested-discharge"
  }

  /// What it does.
  public var kind: Kind
  /// Where: the beginning of a path. `nil` is everywhere that the kind has a meaning.
  public var path: String?
  /// How often; `nil` is until ``RunningSimulator/behave()``.
  public var times: Int?
  /// In bytes.
  public var after: UInt64?
  /// In bytes.
  public var difference: Int64?
  /// How long.
  public var seconds: Double?
  /// In bytes a second.
  public var rate: UInt64?
  /// Of the answer: 429, 503, ...
  public var status: Int?

  /// A misbehaviour; what the kind needs has sensible values where nothing is said.
  public init(
    _ kind: Kind, path: String? = nil, times: Int? = nil, after: UInt64? = nil, difference: Int64? = nil,
    seconds: Double? = nil, rate: UInt64? = nil, status: Int? = nil
  ) {
    self.kind = kind
    self.path = path
    self.times = times
    self.after = after
    self.difference = difference
    self.seconds = seconds
    self.rate = rate
    self.status = status
  }
}
