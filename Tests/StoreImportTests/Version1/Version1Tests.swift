import Assertions
import Bundles
import BundlesTesting
import FileSupport
import Foundation
import PostgreSQL
import PostgreSQLTesting
import ProcessTesting
import ProxyState
import StoreAPI
import StoreModel
import Testing

@testable import StoreImport

/// Files that the programs of version 1.0.0 wrote: a dump of the database, tarballs, an inventory and a backup.
@Suite("Files of version 1.0.0") struct Version1Tests {
  /// The root key of the simulated store that they were made against.
  private static let rootKey = "zHNkkdla5HghMDejNqXsxlOlArKfpjhfTFW9inqwzp056-kVdwkXuNXh3z9nS_9C"
  private static let passphrase = "a passphrase of 1.0.0"

  private func file(_ name: String) throws -> String {
    try #require(Bundle.module.url(forResource: "files/\(name)", withExtension: nil)).path
  }

  /// What a store of 1.0.0 held, whichever way it came here.
  private func expectContents(_ store: ProxyStore) async throws {
    let snaps = try await store.catalogue.list()
    #expect(snaps.map(\.name.description) == ["acme-app", "core22", "hello", "jq", "snapd"])
    let overrides = try await store.overrides.current()
    #expect(
      overrides.map { "\($0.name) \($0.slot.channel) \($0.slot.architecture) \($0.revision)" } == [
        "hello latest/stable amd64 5"
      ])
    #expect(try await store.stores.all().map(\.id.description) == ["acme-base", "acme-devices"])
    #expect(try await store.administrators.all() == ["becky@example.com"])
    #expect(try await store.registration.current()?.storeID == "bruCdNYkHxjXW3SUy2pXxgmweEKi4vkm")
    #expect(try await store.configuration.isOn(.airgap))
    #expect(try await store.configuration.value(of: .rootKeys) == Self.rootKey)
    let assertions = try await store.assertions.all()
    #expect(assertions.count { $0.type == .snapRevision } == 6)
    var verifier = AssertionVerifier(roots: try TrustedRoots(parsing: Self.rootKey))
    try verifier.verify(assertions)
  }

  @Test("a database is brought up to date and keeps everything") func database() async throws {
    let (database, folder) = (try await TestDatabase.make(), try ScratchDirectory())
    try database.load(try file("database.sql"))
    let store = try await ProxyStore.open(
      StateDirectory(path: folder.path + "/state"), database: ConnectionPool(database.connectionString))
    try await expectContents(store)
    let catalogue = try await store.catalogue.load()
    #expect(catalogue.snaps.values.map(\.name.description).sorted() == ["acme-app", "core22", "hello", "jq", "snapd"])
    await store.close()
  }

  @Test("a backup is restored") func backup() async throws {
    let fixture = try await ImportFixture.make()
    let summary = try await StoreRestore(into: fixture.store, passphrase: Self.passphrase, actor: "root")
      .read(from: InputFile(try file("store.backup")))
    #expect(summary.files == 8)
    #expect(summary.missingFiles == 0)
    try await expectContents(fixture.store)
    #expect(try await fixture.store.configuration.value(of: .httpPort) == "18799")
  }

  @Test("tarballs are pushed") func tarballs() async throws {
    let fixture = try await ImportFixture.make()
    let roots = try TrustedRoots(parsing: Self.rootKey)
    let snap = try await SnapPush(into: fixture.store, roots: roots, actor: "root")
      .push(InputFile(try file("hello.tar.gz")), replacingChannelMap: false)
    guard case .pushed(let hello) = snap else {
      Issue.record("a whole tarball awaits volumes")
      return
    }
    #expect(hello.revisions.map(\.number) == [2, 5])
    let pushed = try await StorePush(into: fixture.store, roots: roots, actor: "root")
      .push(InputFile(try file("store.tar.gz")), allowingRollback: false)
    guard case .pushed(let store) = pushed else {
      Issue.record("a whole tarball awaits volumes")
      return
    }
    #expect(store.stores.map(\.description) == ["acme-base", "acme-devices"])
    #expect(try await fixture.store.catalogue.list().count == 5)
  }

  @Test("an inventory is read") func inventory() throws {
    let path = try file("inventory")
    let signed = try SignedInventory(
      decoding: [UInt8](try Data(contentsOf: URL(filePath: path))), of: path)
    #expect(signed.inventory.snaps.count == 5)
    #expect(signed.inventory.store == "bruCdNYkHxjXW3SUy2pXxgmweEKi4vkm")
  }
}
