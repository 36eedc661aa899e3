import Assertions
import Cryptography
import StoreAPI
import StoreModel

/// What a manifest says of one snap, to be held to itself and to what the assertions prove.
struct SnapClaims {
  let name: SnapName
  let snapID: SnapID
  let publisher: Publisher?
  let revisions: [SnapBundleManifest.RevisionEntry]
  let channelMap: [SnapBundleManifest.ReleaseEntry]
  /// Of the tarball, for messages.
  let path: String

  /// No revision twice, each the same as its member, and channels that hold what is there.
  /// - Parameter members: The revisions' files, in the order of the revisions.
  func consistency(with members: some Collection<BundleMember>) throws(BundleError) {
    guard Set(revisions.map(\.revision)).count == revisions.count else {
      throw refusal("it lists a revision twice")
    }
    for (revision, member) in zip(revisions, members) {
      guard revision.sha3 == member.sha3, revision.size == member.size else {
        throw refusal("its manifest says two things of \(member.path)")
      }
    }
    let known = Dictionary(revisions.map { ($0.revision, $0) }) { first, _ in first }
    var slots: Set<[String]> = []
    for release in channelMap {
      guard let revision = known[release.revision] else {
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

  /// The newest declaration names the snap and its publisher, and each file is what its snap-revision says.
  func agreement(with proven: ProvenSnaps) throws(BundleError) {
    let declarations = proven.declarations[snapID.description] ?? []
    guard let newest = declarations.max(by: { $0.revision < $1.revision }) else {
      throw refusal("it has no snap-declaration")
    }
    guard newest["snap-name"] == name.description else {
      throw refusal("its snap-declaration names '\(newest["snap-name"] ?? "")', the manifest \(name)")
    }
    if let publisher, publisher.id != newest["publisher-id"] {
      throw refusal("its snap-declaration says that \(newest["publisher-id"] ?? "nobody") publishes \(name)")
    }
    for revision in revisions {
      let file = SnapBundlePaths.file(of: name, revision: revision.revision)
      guard let signed = proven.revisions[revision.sha3.base64URL] else {
        throw refusal("\(file) has no snap-revision assertion")
      }
      guard signed["snap-id"] == snapID.description, signed["snap-revision"] == revision.revision.description,
        signed["snap-size"] == String(revision.size)
      else { throw refusal("\(file) is something else in its snap-revision assertion") }
    }
  }

  private func refusal(_ reason: String) -> BundleError { .disagreement(path: path, reason: reason) }
}

/// Verified assertions of snaps, by what a manifest calls them.
struct ProvenSnaps {
  /// By snap-id; several formats of one declaration may be there.
  let declarations: [String: [Assertion]]
  /// By the digest of the file.
  let revisions: [String: Assertion]

  init(_ assertions: [Assertion]) {
    declarations = Dictionary(grouping: assertions.filter { $0.type == .snapDeclaration }) { $0["snap-id"] ?? "" }
    revisions = Dictionary(
      assertions.filter { $0.type == .snapRevision }.map { ($0["snap-sha3-384"] ?? "", $0) }
    ) { first, _ in first }
  }
}
