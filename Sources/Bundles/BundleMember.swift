public import Cryptography

/// A file in a bundle.
public struct BundleMember: Codable, Sendable, Hashable {
  /// Where it is in the tarball.
  public var path: String
  /// In bytes.
  public var size: UInt64
  /// Of its contents.
  public var sha3: SHA3Digest

  /// A member of its parts.
  public init(path: String, size: UInt64, sha3: SHA3Digest) {
    self.path = path
    self.size = size
    self.sha3 = sha3
  }

  private enum CodingKeys: String, CodingKey {
    case path
    case size
    case sha3 = "sha3-384"
  }
}
