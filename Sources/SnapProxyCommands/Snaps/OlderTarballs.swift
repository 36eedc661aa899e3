import Assertions
import Bundles
import CommandLineKit
import Cryptography
import ProxyState
import StoreImport

extension Terminal {
  /// The digest that people compare with what the export printed.
  func tell(manifest digest: SHA256Digest?, of tarball: String) {
    if let digest { note(ManifestDigestLine.text(digest, of: tarball)) }
  }

  /// Names what the tarball brought in an older form than the store has.
  func tellOlder(_ snaps: [PushedBundle], outdated: [AssertionIdentity], of tarball: String) {
    for snap in snaps {
      guard let held = snap.outcome.newerHeld else { continue }
      note(
        "[snap \(snap.name)] is older than what the store has of it: name, publisher, description and icon of "
          + "\(held) stay")
    }
    guard !outdated.isEmpty else { return }
    note(
      "[\(tarball)] brings older revisions than the store has, which stay: "
        + outdated.map(\.path).sorted().joined(separator: ", "))
  }
}
