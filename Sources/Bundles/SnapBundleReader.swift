import Archives
public import Assertions
import Cryptography
public import Reporting
import StoreModel

/// What a bundle was proven to hold.
public struct SnapBundleContents: Sendable {
  /// What the tarball says of itself. Proven are names, ids, revisions, digests and sizes; details and channels are the
  /// word of whoever exported it.
  public let manifest: SnapBundleManifest
  /// Verified to a pinned root.
  public let assertions: [Assertion]
  /// The member that is the icon.
  public let icon: BundleMember?

  /// The revisions' files.
  public var files: [BundleMember] { manifest.members.filter { $0.path.hasPrefix("snaps/") } }
}

/// Proves a tarball in one pass and hands its files to a sink.
///
/// Nothing reaches the sink before the assertions are verified and agree with the manifest, and no file ends in it
/// before its bytes are what both say.
public struct SnapBundleReader: Sendable {
  private static let manifestLimit = 16 << 20
  private static let assertionsLimit = 32 << 20

  /// The tarball.
  public let path: String
  /// What every chain must end in.
  public let roots: TrustedRoots

  /// A reader of a tarball that may be hostile.
  public init(path: String, roots: TrustedRoots) {
    self.path = path
    self.roots = roots
  }

  /// Reads the whole tarball. Blocks: call it on a thread of its own.
  /// - Parameter prepare: Called once, when everything is proven but the files: the place to look for space.
  public func read(
    into sink: any BlobSink = NoSink(), progress: any ProgressReporter = SilentProgress(),
    prepare: (SnapBundleContents) throws -> Void = { _ in }
  ) throws -> SnapBundleContents {
    var tarball = try TarballReader(path: path)
    guard let first = try tarball.next(), first.path == SnapBundleManifest.path else {
      throw BundleError.noManifest(path: path, reason: "it does not begin with a manifest")
    }
    let manifest = try SnapBundleManifest(decoding: try tarball.readAll(limit: Self.manifestLimit), of: path)
    let check = ManifestCheck(manifest: manifest, path: path)
    try check.members()
    let assertions = try readAssertions(of: manifest, from: &tarball)
    try check.agreement(with: assertions, roots: roots)
    let contents = SnapBundleContents(
      manifest: manifest, assertions: assertions, icon: manifest.members.first { $0.path.hasPrefix("icons/") })
    try prepare(contents)
    try readFiles(of: manifest, from: &tarball, into: sink, progress: progress)
    return contents
  }

  private func readAssertions(of manifest: SnapBundleManifest, from tarball: inout TarballReader) throws -> [Assertion]
  {
    guard let expected = manifest.members.first, let member = try tarball.next(), member.path == expected.path else {
      throw BundleError.disagreement(path: path, reason: "its assertions do not follow the manifest")
    }
    let bytes = try tarball.readAll(limit: Self.assertionsLimit)
    guard UInt64(bytes.count) == expected.size else {
      throw BundleError.sizeMismatch(member: expected.path, expected: expected.size, found: UInt64(bytes.count))
    }
    let digest = SHA3Digest.of(bytes)
    guard digest == expected.sha3 else {
      throw BundleError.digestMismatch(member: expected.path, expected: expected.sha3.hex, found: digest.hex)
    }
    return try Assertion.decodeStream(bytes)
  }

  private func readFiles(
    of manifest: SnapBundleManifest, from tarball: inout TarballReader, into sink: any BlobSink,
    progress: any ProgressReporter
  ) throws {
    let hashing = HashingThread()
    defer { hashing.stop() }
    for expected in manifest.members.dropFirst() {
      guard let member = try tarball.next() else {
        throw BundleError.disagreement(path: path, reason: "\(expected.path) is missing")
      }
      guard member.path == expected.path, !member.isDirectory else {
        throw BundleError.disagreement(
          path: path, reason: "\(member.path) stands where the manifest has \(expected.path)")
      }
      guard member.size == expected.size else {
        throw BundleError.sizeMismatch(member: member.path, expected: expected.size, found: member.size)
      }
      try read(expected, from: &tarball, hashing: hashing, into: sink, progress: progress)
    }
    if let extra = try tarball.next() {
      throw BundleError.disagreement(path: path, reason: "\(extra.path) is not in the manifest")
    }
  }

  private func read(
    _ member: BundleMember, from tarball: inout TarballReader, hashing: HashingThread, into sink: any BlobSink,
    progress: any ProgressReporter
  ) throws {
    let isFile = member.path.hasPrefix("snaps/")
    let item = "Verifying \(member.path.dropFirst(isFile ? 6 : 0))"
    if isFile { progress.began(item, bytes: member.size) }
    do {
      try sink.begin(member)
      while true {
        let count = try hashing.piece { buffer in
          let count = try tarball.read(into: buffer)
          if count > 0 { try sink.write(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
          return count
        }
        guard count > 0 else { break }
        if isFile { progress.advanced(item, by: UInt64(count)) }
      }
      let digest = hashing.finishFile()
      guard digest == member.sha3 else {
        throw BundleError.digestMismatch(member: member.path, expected: member.sha3.hex, found: digest.hex)
      }
      try sink.end(member, verified: digest)
    } catch {
      if isFile { progress.finished(item, success: false) }
      throw error
    }
    if isFile { progress.finished(item, success: true) }
  }
}
