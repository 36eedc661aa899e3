import Archives
public import Assertions
public import Cryptography
public import Foundation
public import StoreAPI
public import StoreModel

/// What goes into the tarball of a brand's store, all but the bytes of its snaps.
public struct StoreBundle: Sendable {
  /// A snap with its picture.
  public struct Snap: Sendable {
    /// What the manifest says of it.
    public var entry: StoreBundleManifest.SnapEntry
    /// The picture, if there is one.
    public var icon: SnapBundle.Icon?

    /// A snap of its parts.
    public init(_ entry: StoreBundleManifest.SnapEntry, icon: SnapBundle.Icon? = nil) {
      self.entry = entry
      self.icon = icon
    }
  }

  /// What the tarball says of itself.
  public private(set) var manifest: StoreBundleManifest
  /// Who administers the store.
  public let admin: StoreAdmin
  /// Prerequisites first.
  public let assertions: [Assertion]
  private let encodedAdmin: [UInt8]
  private let encodedAssertions: [UInt8]
  /// By path.
  private let icons: [String: [UInt8]]

  /// A bundle whose member list is made from its parts.
  /// - Parameters:
  ///   - stores: The exported store, then its parent, if it has one.
  ///   - scope: What was asked of the snaps whose channels are told as a whole.
  ///   - held: Revisions' files that the store behind the gap has already, so that the tarball does not bring them.
  ///   - now: The time of the export; of two exports the later one counts.
  public init(
    stores: [BrandStore], admin: StoreAdmin, accountKeys: [AccountKeyID], snaps: [Snap], assertions: [Assertion],
    scope: StoreBundleManifest.Scope, held: Set<SHA3Digest> = [], now: Date
  ) throws {
    self.admin = admin
    self.assertions = assertions
    encodedAdmin = try admin.encoded()
    encodedAssertions = Assertion.encodeStream(assertions)
    var entries: [StoreBundleManifest.SnapEntry] = []
    var iconMembers: [BundleMember] = []
    var icons: [String: [UInt8]] = [:]
    for snap in snaps.sorted(by: { $0.entry.name < $1.entry.name }) {
      var entry = snap.entry
      entry.icon = nil
      if let icon = snap.icon {
        let digest = SHA3Digest.of(icon.bytes)
        let path = SnapBundlePaths.icon(digest, fileExtension: icon.fileExtension)
        // Snaps may share a picture.
        if icons.updateValue(icon.bytes, forKey: path) == nil {
          iconMembers.append(BundleMember(path: path, size: UInt64(icon.bytes.count), sha3: digest))
        }
        entry.icon = path
      }
      entries.append(entry)
    }
    self.icons = icons
    let files = entries.flatMap { entry in
      entry.revisions.map { revision in
        BundleMember(
          path: SnapBundlePaths.file(of: entry.name, revision: revision.revision), size: revision.size,
          sha3: revision.sha3, place: held.contains(revision.sha3) ? .store : .everywhere)
      }
    }
    let head = [(StoreAdmin.path, encodedAdmin), (StoreBundlePaths.assertions(of: admin.store), encodedAssertions)]
    manifest = StoreBundleManifest(
      store: admin.store, brand: admin.brand, stores: stores, accountKeys: accountKeys, snaps: entries,
      members: head.map { BundleMember(path: $0, size: UInt64($1.count), sha3: SHA3Digest.of($1)) } + iconMembers
        + files,
      scope: scope, exportedAt: now)
  }

  /// The bundle as tarballs none of which is larger than that: itself, where it is not.
  /// - Parameter limit: In bytes.
  /// - Throws: ``BundleError/volumeTooSmall(limit:needed:member:)``, ``BundleError/tooManyVolumes(limit:)``.
  public func volumes(limit: UInt64) throws -> [StoreBundle] {
    try manifest.volumes(limit: limit).map { manifest in
      var volume = self
      volume.manifest = manifest
      return volume
    }
  }

  /// Writes the tarball to a path that must be free, readable for its owner alone: it holds a brand's private snaps.
  /// - Parameter contents: The bytes of one revision's file. They may still be arriving: the manifest, which says what
  ///   they must be, stands before them.
  /// - Returns: Of the manifest, for people who compare it on both sides of the gap.
  @discardableResult
  public func write(
    to path: String, contents: (SnapBundleManifest.RevisionEntry, SnapName) throws -> SnapBundle.Contents
  ) throws -> SHA256Digest {
    let encoded = try manifest.encoded(limits: .store, tarball: path, assertions: encodedAssertions.count)
    try StoreBundleCheck(manifest: manifest, path: path).texts()
    var writer = try TarballWriter(path: path, access: .owner)
    try writer.add(BundleKind.manifestPath, bytes: encoded)
    try writer.add(StoreAdmin.path, bytes: encodedAdmin)
    try writer.add(StoreBundlePaths.assertions(of: manifest.store), bytes: encodedAssertions)
    let carried = Set(manifest.carried.map(\.path))
    for member in manifest.members {
      if let icon = icons[member.path] { try writer.add(member.path, bytes: icon) }
    }
    for entry in manifest.snaps {
      for revision in entry.revisions {
        let member = SnapBundlePaths.file(of: entry.name, revision: revision.revision)
        guard carried.contains(member) else { continue }
        try writer.add(member, size: revision.size, contents: try contents(revision, entry.name))
      }
    }
    try writer.finish()
    return SHA256Digest.of(encoded)
  }
}

/// Where what of a store stands in its tarball.
enum StoreBundlePaths {
  static func assertions(of store: StoreID) -> String { "assertions/\(store).assert" }
}
