import Archives
import Reporting

/// How large the parts of a tarball may be. A writer refuses what a reader would refuse.
///
/// A store of 5,000 snaps with ten channels for each of three architectures is what the limits of a store are made for: see
/// `ManifestSizeTests`.
public struct BundleLimits: Sendable, Hashable {
  /// Of the manifest, in bytes.
  public let manifest: Int
  /// Of the assertions together, in bytes.
  public let assertions: Int
  /// How many assertions.
  public let assertionCount: Int
  /// Members but the manifest.
  public let members: Int

  /// Of the tarball of one snap.
  public static let snap = BundleLimits(manifest: 16 << 20, assertions: 32 << 20, assertionCount: 10_000, members: 9999)
  /// Of the tarball of a store.
  public static let store = BundleLimits(
    manifest: 128 << 20, assertions: 128 << 20, assertionCount: 200_000, members: 200_000)

  /// Of one file, in bytes. Sums over all members fit into 64 bits.
  static let memberSize = TarballLimits().memberSize

  /// As the reader of tarballs takes them.
  var tarball: TarballLimits {
    var limits = TarballLimits()
    // The manifest is one, too.
    limits.members = Saturating.sum(members, 1)
    return limits
  }
}
