import Archives
public import Assertions
public import AssertionsTesting
public import Bundles
import Cryptography
import Foundation
import StoreAPI
import StoreModel

/// The tarball of a small snap that the test root vouches for. The same parts give the same bytes.
public struct TestBundle: Sendable {
  /// The snap's name.
  public var name: String
  /// Its identity.
  public var snapID: String
  /// The bytes of each revision.
  public var files: [Int: [UInt8]]
  /// Revisions by `channel architecture`: `["latest/stable amd64": 6]`.
  public var channels: [String: Int]
  /// The store that it was exported from.
  public var store = "ubuntu"
  /// What the revisions run on.
  public var architectures: [String] = ["amd64"]
  /// Of every revision.
  public var snapYAML = "base: none\n"
  /// The picture, as PNG.
  public var icon: [UInt8]?
  /// Revisions that come without their file, since the store has it.
  public var held: Set<Int> = []
  /// What goes into the tarball in place of the chain that the test root makes.
  public var assertions: [Assertion]?

  /// A snap with one file for each revision, of `fileSize` bytes.
  public init(_ name: String = "jq", revisions: [Int] = [6], channels: [String: Int]? = nil, fileSize: Int = 2000) {
    self.name = name
    snapID = TestRoot.snapID(for: name)
    files = Dictionary(uniqueKeysWithValues: revisions.map { ($0, Self.bytes(of: name, $0, count: fileSize)) })
    self.channels = channels ?? ["latest/stable amd64": revisions.max() ?? 1]
  }

  /// The chain that the test root makes.
  public func chain(root: TestRoot) throws -> [Assertion] {
    try root.chain(forSnap: name, snapID: snapID, files: files)
  }

  /// Writes the tarball.
  public func write(to path: String, root: TestRoot) throws { try write(try bundle(root: root), to: path) }

  /// Writes the volumes that no more than `limit` bytes go into: `<path>.1`, `<path>.2`, ...
  public func write(volumesOf limit: UInt64, to path: String, root: TestRoot) throws -> [String] {
    try bundle(root: root).volumes(limit: limit).written(beside: path) { try write($0, to: $1) }
  }

  private func write(_ bundle: SnapBundle, to path: String) throws {
    try bundle.write(to: path) { entry in
      let bytes = files[entry.revision.number] ?? []
      return { write in try bytes.withUnsafeBytes { try write($0) } }
    }
  }

  /// What the tarball holds.
  public func bundle(root: TestRoot) throws -> SnapBundle {
    let name = try SnapName(parsing: name)
    let architectures = try architectures.map(Architecture.init(parsing:))
    var snap = SnapDetails()
    snap.name = name
    snap.title = "The \(name) snap"
    let publisher = Publisher(
      id: TestRoot.accountID, username: "acme", displayName: "Acme Root", validation: "verified")
    return SnapBundle(
      name: name, snapID: try SnapID(parsing: snapID), publisher: publisher, store: try StoreID(parsing: store),
      snap: snap,
      revisions: try files.map { number, bytes in
        var details = SnapDetails()
        details.version = "1.\(number)"
        details.snapYAML = "name: \(name)\nversion: '1.\(number)'\n" + snapYAML
        return .init(
          revision: try Revision(number), sha3: SHA3Digest.of(bytes), size: UInt64(bytes.count),
          architectures: architectures, details: details)
      },
      channelMap: try channels.map { slot, number in
        let parts = slot.split(separator: " ").map(String.init)
        return .init(
          channel: try Channel(parsing: parts[0]), architecture: try Architecture(parsing: parts[1]),
          revision: try Revision(number), releasedAt: "2026-01-01T00:00:00Z")
      },
      assertions: try assertions ?? chain(root: root),
      icon: icon.map { SnapBundle.Icon(bytes: $0, fileExtension: "png") },
      held: Set(held.compactMap { files[$0].map { SHA3Digest.of($0) } }))
  }

  /// Bytes that belong to a name and a number.
  private static func bytes(of name: String, _ revision: Int, count: Int) -> [UInt8] {
    var state = name.utf8.reduce(UInt64(revision)) { $0 &* 31 &+ UInt64($1) } | 1
    let block = (0..<min(count, 4096)).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 56)
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    while bytes.count < count { bytes += block.prefix(count - bytes.count) }
    return bytes
  }
}
