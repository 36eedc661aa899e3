import Assertions
import Cryptography
import StoreAPI
import StoreModel

/// Holds a manifest to what the tarball may hold and to what its assertions prove.
struct ManifestCheck {
  let manifest: SnapBundleManifest
  let path: String

  /// The members are the assertions, at most one icon, and one file for each revision, in this order.
  func members() throws(BundleError) {
    var expected = [SnapBundlePaths.assertions(of: manifest.name)]
    if manifest.members.count > 1, manifest.members[1].path.hasPrefix("icons/") {
      let icon = manifest.members[1]
      let fileExtension = icon.path.split(separator: ".").last.map(String.init) ?? ""
      guard SnapBundlePaths.iconExtensions.contains(fileExtension), icon.size <= UInt64(SnapBundle.iconLimit) else {
        throw refusal("\(icon.path) is no icon that devices show")
      }
      expected.append(SnapBundlePaths.icon(icon.sha3, fileExtension: fileExtension))
    }
    let filesBegin = expected.count
    expected += manifest.revisions.map { SnapBundlePaths.file(of: manifest.name, revision: $0.revision) }
    guard manifest.members.map(\.path) == expected else {
      throw refusal("its manifest lists other members than its revisions need")
    }
    guard !manifest.revisions.isEmpty else { throw refusal("it holds no revision") }
    guard Set(manifest.revisions.map(\.revision)).count == manifest.revisions.count else {
      throw refusal("it lists a revision twice")
    }
    for (revision, member) in zip(manifest.revisions, manifest.members[filesBegin...]) {
      guard revision.sha3 == member.sha3, revision.size == member.size else {
        throw refusal("its manifest says two things of \(member.path)")
      }
    }
    try channelMap()
  }

  private func channelMap() throws(BundleError) {
    let revisions = Dictionary(manifest.revisions.map { ($0.revision, $0) }) { first, _ in first }
    var slots: Set<[String]> = []
    for release in manifest.channelMap {
      guard let revision = revisions[release.revision] else {
        throw refusal("\(release.channel) holds revision \(release.revision), which it does not have")
      }
      guard release.architecture != .all,
        revision.architectures.contains(release.architecture) || revision.architectures.contains(.all)
      else {
        throw refusal(
          "\(release.channel) holds revision \(release.revision) for \(release.architecture), which it is not for")
      }
      guard slots.insert([release.channel.description, release.architecture.description]).inserted else {
        throw refusal("\(release.channel) holds two revisions for \(release.architecture)")
      }
    }
  }

  /// Every assertion chains to a pinned root, and they say the same as the manifest.
  func agreement(with assertions: [Assertion], roots: TrustedRoots) throws {
    var verifier = AssertionVerifier(roots: roots)
    try verifier.verify(assertions)
    let declarations = assertions.filter { $0.type == .snapDeclaration }
    guard let newest = declarations.max(by: { $0.revision < $1.revision }) else {
      throw refusal("it has no snap-declaration")
    }
    for declaration in declarations where declaration["snap-id"] != manifest.snapID.description {
      throw refusal("its snap-declaration is of another snap than \(manifest.name)")
    }
    guard newest["snap-name"] == manifest.name.description else {
      throw refusal("its snap-declaration names '\(newest["snap-name"] ?? "")', the manifest \(manifest.name)")
    }
    if let publisher = manifest.publisher, publisher.id != newest["publisher-id"] {
      throw refusal("its snap-declaration says that \(newest["publisher-id"] ?? "nobody") publishes \(manifest.name)")
    }
    for revision in manifest.revisions {
      let file = SnapBundlePaths.file(of: manifest.name, revision: revision.revision)
      let signed = assertions.first {
        $0.type == .snapRevision && $0["snap-sha3-384"] == revision.sha3.base64URL
      }
      guard let signed else { throw refusal("\(file) has no snap-revision assertion") }
      guard signed["snap-id"] == manifest.snapID.description, signed["snap-revision"] == revision.revision.description,
        signed["snap-size"] == String(revision.size)
      else { throw refusal("\(file) is something else in its snap-revision assertion") }
    }
  }

  private func refusal(_ reason: String) -> BundleError { .disagreement(path: path, reason: reason) }
}
