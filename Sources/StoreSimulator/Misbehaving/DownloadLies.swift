import Cryptography

/// What the store says of a file in place of the truth.
struct DownloadLies: Sendable {
  /// Another digest.
  var digest: SHA3Digest?
  /// Added to the size, in bytes.
  var sizeDifference: Int64 = 0
}
