import Archives
public import Assertions
public import Cryptography
public import FileSupport
public import Reporting

/// What a bundle was proven to hold.
public struct SnapBundleContents: Sendable {
  /// What the tarball says of itself. Proven are names, ids, revisions, digests and sizes; details and channels are the
  /// word of whoever exported it.
  public let manifest: SnapBundleManifest
  /// Verified to a pinned root.
  public let assertions: [Assertion]
  /// The member that is the icon.
  public let icon: BundleMember?
  /// Of the manifest's bytes, for people who compare it on both sides of the gap.
  public let manifestDigest: SHA256Digest

  /// The revisions' files, wherever they are.
  public var files: [BundleMember] { manifest.members.filter { $0.path.hasPrefix("snaps/") } }
}

/// Proves a tarball in one pass and hands its files to a sink.
///
/// Nothing reaches the sink before the assertions are verified and agree with the manifest, and no file ends in it
/// before its bytes are what both say.
public struct SnapBundleReader: Sendable {
  private static let limits = BundleLimits.snap

  /// The tarball.
  public let file: InputFile
  /// What every chain must end in.
  public let roots: TrustedRoots

  /// A reader of a tarball that may be hostile.
  public init(_ file: InputFile, roots: TrustedRoots) {
    self.file = file
    self.roots = roots
  }

  /// A reader of a tarball that may be hostile.
  public init(path: String, roots: TrustedRoots) { self.init(InputFile(path), roots: roots) }

  private var path: String { file.path }

  /// Reads the whole tarball. Blocks: call it on a thread of its own.
  /// - Parameter prepare: Called once, when everything is proven but the files: the place to look for space.
  public func read(
    into sink: any BlobSink = NoSink(), progress: any ProgressReporter = SilentProgress(),
    prepare: (SnapBundleContents) throws -> Void = { _ in }
  ) throws -> SnapBundleContents {
    var tarball = try TarballReader(file, limits: Self.limits.tarball)
    let members = MemberReader(path: path)
    let encoded = try members.manifest(from: &tarball, limit: Self.limits.manifest)
    let manifest = try SnapBundleManifest(decoding: encoded, of: path)
    try manifest.checkSizes(Self.limits, of: path)
    let check = SnapBundleCheck(manifest: manifest, path: path)
    try check.members()
    try check.texts()
    let assertions = try Assertion.decodeStream(
      try members.bytes(of: manifest.members[0], from: &tarball, limit: Self.limits.assertions),
      limit: Self.limits.assertionCount)
    try check.agreement(with: assertions, roots: roots)
    let contents = SnapBundleContents(
      manifest: manifest, assertions: assertions, icon: manifest.members.first { $0.path.hasPrefix("icons/") },
      manifestDigest: SHA256Digest.of(encoded))
    try prepare(contents)
    try members.files(manifest.carriedFiles, from: &tarball, into: sink, progress: progress)
    return contents
  }
}
