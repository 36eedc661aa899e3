public import Cryptography
public import StoreModel

/// Where a file is and what it must be.
public struct Download: Codable, Sendable, Hashable {
  /// Absolute; `find` leaves it out.
  public var url: String?
  /// In bytes.
  public var size: UInt64
  /// Of the whole file; `find` leaves it out. On the wire lower-case hexadecimal, not the base64url of assertions.
  public var sha3: SHA3Digest?
  /// Differences to older revisions; an empty list is always right.
  public var deltas: [Delta]?

  /// A download of its parts.
  public init(url: String?, size: UInt64, sha3: SHA3Digest?, deltas: [Delta]? = nil) {
    self.url = url
    self.size = size
    self.sha3 = sha3
    self.deltas = deltas
  }

  /// - Throws: `DecodingError`, also for a size above ``FileSize/limit``.
  public init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    url = try members.decodeIfPresent(String.self, forKey: .url)
    size = try FileSize.decode(from: members, forKey: .size)
    sha3 = try members.decodeIfPresent(SHA3Digest.self, forKey: .sha3)
    deltas = try members.decodeIfPresent([Delta].self, forKey: .deltas)
  }

  private enum CodingKeys: String, CodingKey {
    case url
    case size
    case sha3 = "sha3-384"
    case deltas
  }
}

/// A difference between two revisions.
public struct Delta: Codable, Sendable, Hashable {
  /// `xdelta3`.
  public var format: String
  /// The revision that the device must have.
  public var source: Revision
  /// The revision that it leads to.
  public var target: Revision
  /// Of the difference itself, in bytes.
  public var size: UInt64
  /// Of the difference itself.
  public var sha3: SHA3Digest
  /// Absolute.
  public var url: String

  private enum CodingKeys: String, CodingKey {
    case format
    case source
    case target
    case size
    case sha3 = "sha3-384"
    case url
  }
}
