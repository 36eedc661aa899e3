public import Cryptography

/// The line by which people compare a tarball on both sides of the gap: the export, `export verify` and the pushes print it.
public enum ManifestDigestLine {
  /// The line of one tarball.
  /// - Parameters:
  ///   - digest: Of the manifest's bytes.
  ///   - tarball: The path, as the user wrote it.
  public static func text(_ digest: SHA256Digest, of tarball: String) -> String {
    "Manifest sha256: \(digest)  \(tarball)"
  }
}
