import Archives
public import Assertions
public import Cryptography
public import FileSupport
public import Reporting

/// What the tarball of a store was proven to hold.
public struct StoreBundleContents: Sendable {
  /// What the tarball says of itself. Proven are the accounts of brand and administrator, the keys, and of snaps names,
  /// ids, revisions, digests and sizes. The rest is the word of whoever exported it: which stores there are, which snaps
  /// they show, and what their channels hold.
  public let manifest: StoreBundleManifest
  /// Who administers the store; unproven but for the account, so whoever imports it vouches for it.
  public let admin: StoreAdmin
  /// Verified to a pinned root, prerequisites first.
  public let assertions: [Assertion]
  /// Of the manifest's bytes, for people who compare it on both sides of the gap.
  public let manifestDigest: SHA256Digest

  /// The revisions' files, wherever they are.
  public var files: [BundleMember] { manifest.members.filter { $0.path.hasPrefix("snaps/") } }
  /// The icons of all snaps.
  public var icons: [BundleMember] { manifest.members.filter { $0.path.hasPrefix("icons/") } }
}

/// Proves the tarball of a store in one pass and hands icons and files to a sink.
///
/// Nothing reaches the sink before the assertions are verified and agree with the manifest, and no file ends in it
/// before its bytes are what both say.
public struct StoreBundleReader: Sendable {
  private static let limits = BundleLimits.store
  private static let adminLimit = 64 << 10

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
    prepare: (StoreBundleContents) throws -> Void = { _ in }
  ) throws -> StoreBundleContents {
    var tarball = try TarballReader(file, limits: Self.limits.tarball)
    let members = MemberReader(path: path)
    let encoded = try members.manifest(from: &tarball, limit: Self.limits.manifest)
    let manifest = try StoreBundleManifest(decoding: encoded, of: path)
    try manifest.checkSizes(Self.limits, of: path)
    let check = StoreBundleCheck(manifest: manifest, path: path)
    try check.stores()
    try check.members()
    try check.texts()
    let admin = try StoreAdmin(
      decoding: try members.bytes(of: manifest.members[0], from: &tarball, limit: Self.adminLimit), of: path)
    try check.agreement(with: admin)
    let assertions = try Assertion.decodeStream(
      try members.bytes(of: manifest.members[1], from: &tarball, limit: Self.limits.assertions),
      limit: Self.limits.assertionCount)
    try check.agreement(with: assertions, admin: admin, roots: roots)
    let contents = StoreBundleContents(
      manifest: manifest, admin: admin, assertions: assertions, manifestDigest: SHA256Digest.of(encoded))
    try prepare(contents)
    try members.files(manifest.carriedFiles, from: &tarball, into: sink, progress: progress)
    return contents
  }
}
