public import Cryptography
import Dispatch
import Glibc

/// The result of checking that this process can open the files in the catalogue; contents are not read.
public struct BlobAudit: Sendable, Hashable {
  /// A file that cannot be sent to a device.
  public struct Problem: Sendable, Hashable {
    /// Of its content.
    public let digest: SHA3Digest
    /// In the system's words.
    public let reason: String
  }

  /// How many files were looked at.
  public let files: Int
  /// Files that are missing or closed to this process, at most ``maxProblems``.
  public let problems: [Problem]
  /// How many files are missing or closed to this process.
  public let failed: Int

  /// How many problems are listed.
  public static let maxProblems = 10

  /// One line for people; `nil` where all files can be read.
  public var message: String? {
    guard let first = problems.first else { return nil }
    return "\(failed) of \(files) files cannot be read, for example \(first.digest.hex): \(first.reason)"
  }

  private static let queue = DispatchQueue(label: "blob-audit", attributes: .concurrent)

  /// Checks each file, on a thread of its own because a network disk may block.
  public static func of(_ digests: some Collection<SHA3Digest> & Sendable, in blobs: BlobStore) async -> BlobAudit {
    await withCheckedContinuation { continuation in
      queue.async { continuation.resume(returning: look(at: digests, in: blobs)) }
    }
  }

  private static func look(at digests: some Collection<SHA3Digest>, in blobs: BlobStore) -> BlobAudit {
    var (problems, failed) = ([Problem](), 0)
    for digest in digests where access(blobs.path(of: digest), R_OK) != 0 {
      let reason = String(cString: strerror(errno))
      failed += 1
      if problems.count < maxProblems { problems.append(Problem(digest: digest, reason: reason)) }
    }
    return BlobAudit(files: digests.count, problems: problems, failed: failed)
  }
}
