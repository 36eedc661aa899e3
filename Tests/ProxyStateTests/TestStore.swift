import Cryptography
import Foundation
import PostgreSQL
import PostgreSQLTesting
import ProxyState
import StoreAPI
import StoreModel

/// A store on a database and a directory of its own.
struct TestStore: Sendable {
  let store: ProxyStore
  let database: TestDatabase
  private let files: TemporaryDirectory

  static func make() async throws -> TestStore {
    let files = try TemporaryDirectory()
    let database = try await TestDatabase.make()
    let store = try await ProxyStore.open(
      StateDirectory(path: files.path), database: ConnectionPool(database.connectionString))
    return TestStore(store: store, database: database, files: files)
  }

  /// Writes a file and gives its digest.
  @discardableResult
  func writeBlob(_ text: String) throws -> SHA3Digest {
    var writer = try store.blobs.newBlob()
    let bytes = Array(text.utf8)
    try bytes.withUnsafeBytes { try writer.write($0) }
    let digest = SHA3Digest.of(bytes)
    try writer.commit(as: digest)
    return digest
  }

  @discardableResult
  func importSnap(_ snap: SnapImport, replacing: Bool = false) async throws -> SnapImportOutcome {
    try await store.database.transaction { transaction in
      try await store.catalogue.importSnap(snap, replacingChannelMap: replacing, in: transaction)
    }
  }
}

/// Plain values for tests.
enum Sample {
  static let id = "SampleSnapIdentityOf32Letters123"

  /// A revision whose file is the text `jq-<number>`.
  static func revision(_ number: Int, of name: String = "jq", on architectures: [String] = ["amd64"]) throws
    -> CatalogueRevision
  {
    let content = Array("\(name)-\(number)".utf8)
    var details = SnapDetails()
    details.version = "1.\(number)"
    details.snapYAML = "name: \(name)\nversion: 1.\(number)\n"
    details.epoch = .zero
    return CatalogueRevision(
      revision: try Revision(number), sha3: SHA3Digest.of(content), size: UInt64(content.count),
      architectures: try architectures.map(Architecture.init(parsing:)), details: details)
  }

  /// - Parameter channels: Revisions by `channel architecture`: `["latest/stable amd64": 6]`.
  static func snap(
    _ name: String = "jq", id: String = Sample.id, revisions: [Int], channels: [String: Int], store: String = "ubuntu"
  ) throws -> SnapImport {
    var details = SnapDetails()
    details.name = try SnapName(parsing: name)
    details.title = "The \"\(name)\" snap/ü"
    details.publisher = Publisher(id: "canonical", username: "c", displayName: "C", validation: "verified")
    return SnapImport(
      id: try SnapID(parsing: id), name: try SnapName(parsing: name), stores: [store], details: details, icon: nil,
      revisions: try revisions.map { try revision($0, of: name) },
      channelMap: try Dictionary(
        uniqueKeysWithValues: channels.map { (try slot($0.key), try Revision($0.value)) }))
  }

  static func slot(_ text: String) throws -> ReleaseSlot {
    let parts = text.split(separator: " ").map(String.init)
    return ReleaseSlot(channel: try Channel(parsing: parts[0]), architecture: try Architecture(parsing: parts[1]))
  }
}
