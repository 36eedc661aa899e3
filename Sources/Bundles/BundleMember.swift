public import Cryptography
import StoreAPI

/// A file in a bundle.
public struct BundleMember: Codable, Sendable, Hashable {
  /// Where it is in the tarball.
  public var path: String
  /// In bytes.
  public var size: UInt64
  /// Of its contents.
  public var sha3: SHA3Digest
  /// Which tarball has its contents.
  public var place: Place

  /// Whether it is the file of a revision.
  var isSnap: Bool { path.hasPrefix("snaps/") }

  /// Which tarball has the contents of a member. The manifest names the member in any case.
  public enum Place: Sendable, Hashable {
    /// Every tarball of the bundle; mostly there is one.
    case everywhere
    /// This one of several, from 1.
    case volume(Int)
    /// None: the store that the bundle was made for has it already.
    case store
  }

  /// A member of its parts.
  public init(path: String, size: UInt64, sha3: SHA3Digest, place: Place = .everywhere) {
    self.path = path
    self.size = size
    self.sha3 = sha3
    self.place = place
  }

  private enum CodingKeys: String, CodingKey {
    case path
    case size
    case sha3 = "sha3-384"
    case volume
    case isHeld = "held"
  }

  /// Reads a member of a manifest.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    path = try container.decode(String.self, forKey: .path)
    size = try FileSize.decode(from: container, forKey: .size)
    sha3 = try container.decode(SHA3Digest.self, forKey: .sha3)
    let volume = try container.decodeIfPresent(Int.self, forKey: .volume)
    let isHeld = try container.decodeIfPresent(Bool.self, forKey: .isHeld) ?? false
    guard !isHeld || volume == nil else {
      throw DecodingError.dataCorruptedError(
        forKey: .volume, in: container, debugDescription: "a member that the store has is in no volume")
    }
    place = isHeld ? .store : volume.map(Place.volume) ?? .everywhere
  }

  /// Writes a member of a manifest; what is everywhere says nothing of its place.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(path, forKey: .path)
    try container.encode(size, forKey: .size)
    try container.encode(sha3, forKey: .sha3)
    switch place {
    case .everywhere: break
    case .volume(let number): try container.encode(number, forKey: .volume)
    case .store: try container.encode(true, forKey: .isHeld)
    }
  }
}
