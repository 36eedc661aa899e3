import Archives
public import Assertions
public import Cryptography
public import StoreAPI
public import StoreModel

/// What goes into the tarball of one snap, all but the bytes of its files.
public struct SnapBundle: Sendable {
  /// A picture.
  public struct Icon: Sendable, Hashable {
    /// At most ``SnapBundle/iconLimit``.
    public var bytes: [UInt8]
    /// `png`, `svg`, ...
    public var fileExtension: String

    /// A picture of its parts.
    public init(bytes: [UInt8], fileExtension: String) {
      self.bytes = bytes
      self.fileExtension = fileExtension
    }
  }

  /// What snapd accepts of an icon, in bytes.
  public static let iconLimit = 300_000

  /// What the tarball says of itself.
  public private(set) var manifest: SnapBundleManifest
  /// Prerequisites first.
  public let assertions: [Assertion]
  /// The picture, if there is one.
  public let icon: Icon?
  private let encodedAssertions: [UInt8]

  /// A bundle whose member list is made from its parts.
  /// - Parameter held: Revisions' files that the store has already, so that the tarball does not bring them.
  public init(
    name: SnapName, snapID: SnapID, publisher: Publisher?, store: StoreID, snap: SnapDetails,
    revisions: [SnapBundleManifest.RevisionEntry], channelMap: [SnapBundleManifest.ReleaseEntry],
    assertions: [Assertion], icon: Icon?, held: Set<SHA3Digest> = []
  ) {
    self.assertions = assertions
    self.icon = icon
    encodedAssertions = Assertion.encodeStream(assertions)
    var members = [
      BundleMember(
        path: SnapBundlePaths.assertions(of: name), size: UInt64(encodedAssertions.count),
        sha3: SHA3Digest.of(encodedAssertions))
    ]
    if let icon {
      let digest = SHA3Digest.of(icon.bytes)
      members.append(
        BundleMember(
          path: SnapBundlePaths.icon(digest, fileExtension: icon.fileExtension), size: UInt64(icon.bytes.count),
          sha3: digest))
    }
    for revision in revisions.sorted(by: { $0.revision < $1.revision }) {
      members.append(
        BundleMember(
          path: SnapBundlePaths.file(of: name, revision: revision.revision), size: revision.size, sha3: revision.sha3,
          place: held.contains(revision.sha3) ? .store : .everywhere))
    }
    manifest = SnapBundleManifest(
      name: name, snapID: snapID, publisher: publisher, store: store, snap: snap, revisions: revisions,
      channelMap: channelMap, members: members)
  }

  /// What hands the bytes of a file, piece by piece, to the function that it is given.
  public typealias Contents = ((UnsafeRawBufferPointer) throws -> Void) throws -> Void

  /// The bundle as tarballs none of which is larger than that: itself, where it is not.
  /// - Parameter limit: In bytes.
  /// - Throws: ``BundleError/volumeTooSmall(limit:needed:member:)``, ``BundleError/tooManyVolumes(limit:)``.
  public func volumes(limit: UInt64) throws -> [SnapBundle] {
    try manifest.volumes(limit: limit).map { manifest in
      var volume = self
      volume.manifest = manifest
      return volume
    }
  }

  /// Writes the tarball to a path that must be free. Snaps of the global store are everyone's; those of a brand's store are
  /// not, and their tarball is readable for its owner alone.
  /// - Parameter contents: The bytes of one revision's file. They may still be arriving: the manifest, which says what
  ///   they must be, stands before them.
  /// - Returns: Of the manifest, for people who compare it on both sides of the gap.
  @discardableResult
  public func write(
    to path: String, contents: (SnapBundleManifest.RevisionEntry) throws -> Contents
  ) throws -> SHA256Digest {
    let encoded = try manifest.encoded(limits: .snap, tarball: path, assertions: encodedAssertions.count)
    try SnapBundleCheck(manifest: manifest, path: path).texts()
    var writer = try TarballWriter(
      path: path, access: manifest.store == .global ? .umask : .owner)
    try writer.add(SnapBundleManifest.path, bytes: encoded)
    try writer.add(SnapBundlePaths.assertions(of: manifest.name), bytes: encodedAssertions)
    if let icon {
      try writer.add(
        SnapBundlePaths.icon(SHA3Digest.of(icon.bytes), fileExtension: icon.fileExtension), bytes: icon.bytes)
    }
    let carried = Set(manifest.carried.map(\.path))
    for revision in manifest.revisions {
      let member = SnapBundlePaths.file(of: manifest.name, revision: revision.revision)
      guard carried.contains(member) else { continue }
      try writer.add(member, size: revision.size, contents: try contents(revision))
    }
    try writer.finish()
    return SHA256Digest.of(encoded)
  }
}
