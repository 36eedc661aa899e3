import Cryptography
import StoreModel

/// Where what of a snap stands in a tarball.
enum SnapBundlePaths {
  static func assertions(of name: SnapName) -> String { "assertions/\(name).assert" }
  static func icon(_ digest: SHA3Digest, fileExtension: String) -> String { "icons/\(digest.hex).\(fileExtension)" }
  static func file(of name: SnapName, revision: Revision) -> String { "snaps/\(name)_\(revision).snap" }

  /// The picture formats that devices show.
  private static let iconExtensions: Set<String> = ["png", "svg", "jpg", "gif", "webp"]

  /// Where an icon must stand; `nil` for one that devices do not show.
  static func icon(_ member: BundleMember) -> String? {
    let fileExtension = member.path.split(separator: ".").last.map(String.init) ?? ""
    guard iconExtensions.contains(fileExtension), member.size <= UInt64(clamping: SnapBundle.iconLimit) else {
      return nil
    }
    return icon(member.sha3, fileExtension: fileExtension)
  }
}
