public import Assertions
public import Cryptography

/// What a store states of snaps.
extension TestRoot {
  /// The snap that the makers make where no other is asked for.
  public static let snapID = "AbCdEfGhIjKlMnOpQrStUvWxYz012345"

  /// An id that belongs to a name and to no other that tests are likely to use.
  public static func snapID(for name: String) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
    return String(SHA3Digest.of(Array(name.utf8)).bytes.prefix(32).map { letters[Int($0) % letters.count] })
  }

  /// The name and publisher of a snap.
  public func snapDeclaration(
    _ name: String, snapID: String = TestRoot.snapID, publisher: String = TestRoot.accountID,
    extra: [String: HeaderValue] = [:]
  ) throws -> Assertion {
    try sign(
      .snapDeclaration,
      [
        "series": "16", "snap-id": .text(snapID), "snap-name": .text(name), "publisher-id": .text(publisher),
        "timestamp": Self.timestamp,
      ], extra: extra)
  }

  /// That bytes are a revision.
  public func snapRevision(
    of bytes: [UInt8], revision: Int, snapID: String = TestRoot.snapID, developer: String = TestRoot.accountID,
    extra: [String: HeaderValue] = [:]
  ) throws -> Assertion {
    try snapRevision(
      digest: SHA3Digest.of(bytes), size: UInt64(bytes.count), revision: revision, snapID: snapID,
      developer: developer, extra: extra)
  }

  /// That a file with this digest and size is a revision.
  public func snapRevision(
    digest: SHA3Digest, size: UInt64, revision: Int, snapID: String = TestRoot.snapID,
    developer: String = TestRoot.accountID, extra: [String: HeaderValue] = [:]
  ) throws -> Assertion {
    try sign(
      .snapRevision,
      [
        "snap-sha3-384": .text(digest.base64URL), "snap-size": .text(String(size)), "snap-id": .text(snapID),
        "snap-revision": .text(String(revision)), "developer-id": .text(developer), "timestamp": Self.timestamp,
      ], extra: extra)
  }

  /// Root, publisher, declaration and a revision for each file, each after what it stands on.
  /// - Parameter files: The bytes of each revision.
  public func chain(
    forSnap name: String, snapID: String? = nil, publisher: String = TestRoot.accountID, files: [Int: [UInt8]]
  ) throws -> [Assertion] {
    let snapID = snapID ?? Self.snapID(for: name)
    var chain = try foundation()
    if publisher != Self.accountID { chain.append(try account(publisher)) }
    chain.append(try snapDeclaration(name, snapID: snapID, publisher: publisher))
    for (revision, bytes) in files.sorted(by: { $0.key < $1.key }) {
      chain.append(try snapRevision(of: bytes, revision: revision, snapID: snapID, developer: publisher))
    }
    return chain
  }

  /// A set of snaps, by name, at revisions; the brand's word.
  public func validationSet(
    _ name: String, sequence: Int = 1, snaps: [String: Int], extra: [String: HeaderValue] = [:]
  ) throws -> Assertion {
    let entries = snaps.sorted { $0.key < $1.key }.map { snap, revision -> HeaderValue in
      ["name": .text(snap), "id": .text(Self.snapID(for: snap)), "revision": .text(String(revision))]
    }
    return try sign(
      .validationSet,
      [
        "series": "16", "account-id": .text(Self.brandID), "name": .text(name), "sequence": .text(String(sequence)),
        "snaps": .list(entries), "timestamp": Self.timestamp,
      ], extra: extra, by: brandKey, of: Self.brandID)
  }
}
