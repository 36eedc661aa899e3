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
@Suite("Snap push, faults") struct PushFaultTests {
  private let bundle = TestBundle(revisions: [6, 7, 8], fileSize: 100_000)

  /// Nothing of the failed push is visible; `prune` frees its room; a push of the whole tarball succeeds.
  private func expectConvergence(_ fixture: ImportFixture) async throws {
    #expect(try await fixture.store.catalogue.list().isEmpty)
    #expect(try await fixture.store.assertions.all().isEmpty)
    let audited = try await fixture.store.audit.newest()
    #expect(audited.isEmpty)
    _ = try await fixture.store.removeUnusedFiles()
    #expect(try fixture.store.blobs.all().isEmpty)
    let incoming = "\(fixture.store.blobs.directory)/incoming"
    #expect((try? FileManager.default.contentsOfDirectory(atPath: incoming)) ?? [] == [])
    #expect(try await fixture.push(bundle).outcome.addedRevisions.count == 3)
    #expect(try await fixture.store.unusedFiles().isEmpty)
  }

  @Test("a file that is damaged", arguments: [2, 3, 4]) func damaged(member: Int) async throws {
    let fixture = try await ImportFixture.make()
    var members = try TarballMembers(reading: fixture.tarball(bundle))
    members.all[member].bytes[5] ^= 0x80
    let path = fixture.folder.path + "/damaged.tar.gz"
    try members.write(to: path)
    await #expect(throws: BundleError.self) { try await fixture.push(path) }
    try await expectConvergence(fixture)
  }

  @Test("a tarball that ends too early", arguments: [1000, 20_000, 150_000, 290_000]) func truncated(length: Int)
    async throws
  {
    let fixture = try await ImportFixture.make()
    let path = try fixture.tarball(bundle)
    try #require(truncate(path, off_t(length)) == 0)
    await #expect {
      try await fixture.push(path)
    } throws: { ($0 as? any UserFacingError)?.kind == .integrity }
    try await expectConvergence(fixture)
  }

  @Test("a database that ends while the files are written") func databaseGone() async throws {
    let fixture = try await ImportFixture.make()
    let path = try fixture.tarball(bundle)
    let roots = fixture.root.roots
    /// Ends all sessions of the store when the last file was verified.
    struct Saboteur: ProgressReporter {
      let fixture: ImportFixture
      func began(_ item: String, bytes: UInt64?) {}
      func advanced(_ item: String, by bytes: UInt64) {}
      func note(_ line: String) {}
      func finished(_ item: String, success: Bool) {
        guard item.hasSuffix("jq_8.snap") else { return }
        _ = try? fixture.database.psql(
          """
          SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid()
          """)
      }
    }
    await #expect(throws: (any Error).self) {
      _ = try await SnapPush(into: fixture.store, roots: roots, actor: "root")
        .push(InputFile(path), replacingChannelMap: false, progress: Saboteur(fixture: fixture))
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
      try await fixture.push(path)
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

  @Test("a path that cannot be written") func unwritable() async throws {
    let fixture = try await ImportFixture.make()
    let path = try fixture.tarball(bundle)
    let blobs = fixture.store.blobs.directory
    try FileManager.default.createDirectory(atPath: blobs, withIntermediateDirectories: true)
    // Not a matter of permissions, which root does not feel.
    try Data().write(to: URL(filePath: blobs + "/sha3-384"))
    await #expect(throws: BlobStoreError.self) { try await fixture.push(path) }
    try FileManager.default.removeItem(atPath: blobs + "/sha3-384")
    try await expectConvergence(fixture)
  }

  @Test("somebody prunes at the same time: nothing is lost") func prunedMeanwhile() async throws {
    let fixture = try await ImportFixture.make()
    let path = try fixture.tarball(bundle)
    let other = try await fixture.other()
    let pushing = Task { try await fixture.push(path) }
    while !(try await other.catalogue.list().contains { $0.name.description == "jq" }) {
      do { _ = try await other.removeUnusedFiles() } catch BlobStoreError.busy { await Task.yield() }
    }
    _ = try await pushing.value
    #expect(try await other.unusedFiles().isEmpty)
    #expect(try other.blobs.all().count == 3)
  }
}
