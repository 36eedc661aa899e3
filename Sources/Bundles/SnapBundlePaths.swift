import Cryptography
import StoreModel

/// Where what stands in the tarball of a snap.
enum SnapBundlePaths {
  static func assertions(of name: SnapName) -> String { "assertions/\(name).assert" }
  static func icon(_ digest: SHA3Digest, fileExtension: String) -> String { "icons/\(digest.hex).\(fileExtension)" }
  static func file(of name: SnapName, revision: Revision) -> String { "snaps/\(name)_\(revision).snap" }

  /// The picture formats that devices show.
  static let iconExtensions: Set<String> = ["png", "svg", "jpg", "gif", "webp"]
}
