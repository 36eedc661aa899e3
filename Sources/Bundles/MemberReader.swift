import Archives
import Cryptography
import Reporting

/// Reads the members of a tarball in the order in which its manifest lists them, and accepts none that is something else.
struct MemberReader {
  /// Of the tarball, for messages.
  let path: String

  /// The manifest, which must come first.
  func manifest(from tarball: inout TarballReader, limit: Int) throws -> [UInt8] {
    guard let first = try tarball.next(), first.path == BundleKind.manifestPath else {
      throw BundleError.noManifest(path: path, reason: "it does not begin with a manifest")
    }
    return try tarball.readAll(limit: limit)
  }

  /// A member that is read whole.
  func bytes(of expected: BundleMember, from tarball: inout TarballReader, limit: Int) throws -> [UInt8] {
    guard let member = try tarball.next(), member.path == expected.path, !member.isDirectory else {
      throw BundleError.disagreement(path: path, reason: "\(expected.path) does not follow the manifest")
    }
    let bytes = try tarball.readAll(limit: limit)
    guard UInt64(bytes.count) == expected.size else {
      throw BundleError.sizeMismatch(member: expected.path, expected: expected.size, found: UInt64(bytes.count))
    }
    let digest = SHA3Digest.of(bytes)
    guard digest == expected.sha3 else {
      throw BundleError.digestMismatch(member: expected.path, expected: expected.sha3.hex, found: digest.hex)
    }
    return bytes
  }

  /// Streams these members into the sink, and refuses what comes after them.
  func files(
    _ members: some Sequence<BundleMember>, from tarball: inout TarballReader, into sink: any BlobSink,
    progress: any ProgressReporter
  ) throws {
    let hashing = HashingThread()
    defer { hashing.stop() }
    for expected in members {
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
        try requireNotCancelled()
        let count = try hashing.piece { buffer in
          let count = try tarball.read(into: buffer)
          if count > 0 { try sink.write(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
          return count
        }
        guard count > 0 else { break }
        if isFile { progress.advanced(item, by: UInt64(clamping: count)) }
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
