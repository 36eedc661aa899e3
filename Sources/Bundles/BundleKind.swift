import Archives

/// What a tarball of ours is about, as its manifest says.
public enum BundleKind: String, Sendable, Hashable {
  /// One snap: ``SnapBundle``.
  case snap
  /// A brand's store with its snaps: ``StoreBundle``.
  case store

  /// The name of the manifest, which is the first member of every kind.
  public static let manifestPath = "manifest.json"
  /// The newest format that this program reads and writes. Format 1 has every file in its one tarball; format 2 says where
  /// the others are.
  public static let currentFormat = 2

  /// The oldest format that can say this.
  static func format(of members: [BundleMember]) -> Int { members.allSatisfy { $0.place == .everywhere } ? 1 : 2 }

  /// Reads no more than the manifest. Blocks.
  /// - Throws: ``BundleError``, ``ArchiveError``.
  public init(ofTarball path: String) throws {
    var tarball = try TarballReader(path: path)
    let head = try ManifestHead(
      decoding: try MemberReader(path: path).manifest(from: &tarball, limit: BundleLimits.store.manifest), of: path)
    guard head.format <= Self.currentFormat else {
      throw BundleError.unsupportedFormat(path: path, format: head.format)
    }
    guard let kind = BundleKind(rawValue: head.kind) else {
      throw BundleError.wrongKind(path: path, kind: String(head.kind.prefix(40)))
    }
    self = kind
  }
}
