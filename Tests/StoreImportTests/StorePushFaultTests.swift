import AssertionsTesting
import Bundles
import BundlesTesting
import FileSupport
import Foundation
import Glibc
import PostgreSQL
import PostgreSQLTesting
import ProcessTesting
import ProxyState
import Reporting
import StoreModel
import Testing

@testable import StoreImport

/// Whatever goes wrong, nothing becomes half-visible, and the next push converges.
@Suite("Store push, faults") struct StorePushFaultTests {
  private var bundle: TestStoreBundle {
    var bundle = TestStoreBundle()
    bundle.ownSnaps = [TestBundle("acme-app", revisions: [12, 13], fileSize: 100_000)]
    bundle.includedSnaps = [TestBundle("core22", revisions: [100], fileSize: 100_000)]
    return bundle
  }

  /// Nothing of the failed push is visible; `prune` frees its room; a push of the whole tarball succeeds.
  private func expectConvergence(_ fixture: ImportFixture) async throws {
    for table in ["snap", "snap_store", "assertion", "brand_store", "brand_administrator", "audit"] {
      #expect(try fixture.database.psql("SELECT count(*) FROM \(table)") == "0", "\(table)")
    }
    #expect(try await fixture.store.configuration.value(of: .storeAdministrator) == nil)
    _ = try await fixture.store.removeUnusedFiles()
    #expect(try fixture.store.blobs.all().isEmpty)
    #expect(try await fixture.push(bundle).isChange)
    #expect(try fixture.store.blobs.all().count == 3)
    #expect(try await fixture.store.unusedFiles().isEmpty)
  }

  @Test("a file that is damaged, or a member that is another", arguments: 0..<6) func damaged(member: Int) async throws
  {
    let fixture = try await ImportFixture.make()
    var members = try TarballMembers(reading: fixture.tarball(bundle))
    members.all[member].bytes[5] ^= 0x80
    let path = fixture.folder.path + "/damaged.tar.gz"
    try members.write(to: path)
    await #expect(throws: BundleError.self) { try await fixture.pushStore(path) }
    try await expectConvergence(fixture)
  }

  @Test("a tarball that ends too early", arguments: [1000, 20_000, 150_000, 290_000]) func truncated(length: Int)
    async throws
  {
    let fixture = try await ImportFixture.make()
    let path = try fixture.tarball(bundle)
    try #require(truncate(path, off_t(length)) == 0)
    await #expect {
      try await fixture.pushStore(path)
    } throws: { ($0 as? any UserFacingError)?.kind == .integrity }
    try await expectConvergence(fixture)
  }

  /// Ends all sessions of the store when some file was verified.
  private struct Saboteur: ProgressReporter {
    let fixture: ImportFixture
    let item: String

    func began(_ item: String, bytes: UInt64?) {}
    func advanced(_ item: String, by bytes: UInt64) {}
    func note(_ line: String) {}
    func finished(_ item: String, success: Bool) {
      guard item.hasSuffix(self.item) else { return }
      _ = try? fixture.database.psql(
        """
        SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
        """)
    }
  }

  @Test("a database that ends while the files are written", arguments: ["acme-app_12.snap", "core22_100.snap"])
  func databaseGone(item: String) async throws {
    let fixture = try await ImportFixture.make()
    let path = try fixture.tarball(bundle)
    await #expect(throws: (any Error).self) {
      _ = try await StorePush(into: fixture.store, roots: fixture.root.roots, actor: "root")
        .push(InputFile(path), allowingRollback: false, progress: Saboteur(fixture: fixture, item: item))
    }
    try await expectConvergence(fixture)
  }

  @Test("any one of its statements fails: the transaction leaves nothing")
  func failingStatements() async throws {
    let fixture = try await ImportFixture.make()
    let path = try fixture.tarball(bundle)
    for table in [
      "assertion", "brand_store", "snap_store", "snap", "snap_revision", "channel_release", "brand_administrator",
      "configuration", "audit",
    ] {
      try fixture.database.psql(
        """
        CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'refused'; END $$;
        CREATE TRIGGER refusal BEFORE INSERT ON \(table) FOR EACH ROW EXECUTE FUNCTION refuse();
        """)
      await #expect(throws: PostgreSQLError.self, "\(table)") { try await fixture.pushStore(path) }
      try fixture.database.psql("DROP TRIGGER refusal ON \(table)")
      #expect(try await fixture.store.catalogue.list().isEmpty)
      #expect(try await fixture.store.stores.all().isEmpty)
    }
    try await expectConvergence(fixture)
  }

  @Test("a disk without room for it: nothing is written at all", .enabled(if: geteuid() == 0, "mounting needs root"))
  func noSpace() async throws {
    let fixture = try await ImportFixture.make()
    let path = try fixture.tarball(bundle)
    let blobs = fixture.store.blobs.directory
    try FileManager.default.createDirectory(atPath: blobs, withIntermediateDirectories: true)
    try #require(mount("tmpfs", blobs, "tmpfs", 0, "size=1m") == 0, "mounting needs root")
    defer { umount2(blobs, Int32(MNT_DETACH)) }
    await #expect {
      try await fixture.pushStore(path)
    } throws: { error in
      guard
        case .notEnoughSpace(blobs, needed: 300_000, reserve: BlobStore.reserve, free: 1 << 20)? = error
          as? BlobStoreError
      else {
        return false
      }
      return true
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: blobs) == [])
    try #require(umount2(blobs, 0) == 0)
    try await expectConvergence(fixture)
  }
}
