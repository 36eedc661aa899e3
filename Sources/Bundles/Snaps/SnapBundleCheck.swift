import Assertions
import StoreModel

/// Holds the manifest of a snap to what the tarball may hold and to what its assertions prove.
struct SnapBundleCheck {
  let manifest: SnapBundleManifest
  let path: String

  private var claims: SnapClaims {
    SnapClaims(
      name: manifest.name, snapID: manifest.snapID, publisher: manifest.publisher, revisions: manifest.revisions,
      channelMap: manifest.channelMap, path: path)
  }

  /// The members are the assertions, at most one icon, and one file for each revision, in this order.
  func members() throws(BundleError) {
    var expected = [SnapBundlePaths.assertions(of: manifest.name)]
    if manifest.members.count > 1, manifest.members[1].path.hasPrefix("icons/") {
      let icon = manifest.members[1]
      guard let path = SnapBundlePaths.icon(icon) else { throw refusal("\(icon.path) is no icon that devices show") }
      expected.append(path)
    }
    let filesBegin = expected.count
    expected.append(
      contentsOf: manifest.revisions.map { SnapBundlePaths.file(of: manifest.name, revision: $0.revision) })
    guard manifest.members.map(\.path) == expected else {
      throw refusal("its manifest lists other members than its revisions need")
    }
    guard !manifest.revisions.isEmpty else { throw refusal("it holds no revision") }
    try manifest.checkPlaces(of: path)
    try claims.consistency(with: manifest.members[filesBegin...])
  }

  /// No text and no list is longer than it may be.
  func texts() throws(BundleError) {
    let texts = ManifestTexts(path: path)
    try texts.check(manifest.publisher, of: "\(manifest.name)")
    try texts.check(manifest.snap, of: "\(manifest.name)")
    try texts.check(manifest.revisions, manifest.channelMap, of: manifest.name)
  }

  /// Every assertion chains to a pinned root, and they say the same as the manifest.
  func agreement(with assertions: [Assertion], roots: TrustedRoots) throws {
    var verifier = AssertionVerifier(roots: roots)
    try verifier.verify(assertions)
    let proven = ProvenSnaps(assertions)
    guard proven.declarations.keys.allSatisfy({ $0 == manifest.snapID.description }) else {
      throw refusal("its snap-declaration is of another snap than \(manifest.name)")
    }
    try claims.agreement(with: proven)
  }

  private func refusal(_ reason: String) -> BundleError { .disagreement(path: path, reason: reason) }
}
