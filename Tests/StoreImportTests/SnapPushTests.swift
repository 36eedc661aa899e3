import Assertions
import AssertionsTesting
import Bundles
import BundlesTesting
import Cryptography
import FileSupport
import Foundation
import PostgreSQLTesting
import ProxyState
import Reporting
import StoreModel
import Synchronization
import Testing

@testable import StoreImport

@Suite("Snap push") struct SnapPushTests {
  @Test("makes revisions, channels, assertions, icon and files known") func everything() async throws {
    let fixture = try await ImportFixture.make()
    var bundle = TestBundle(revisions: [6, 7], channels: ["latest/stable amd64": 6, "latest/edge amd64": 7])
    bundle.icon = Array("an icon".utf8)
    let pushed = try await fixture.push(bundle)
    #expect(pushed.revisions.map(\.number) == [6, 7])
    #expect(pushed.outcome.addedRevisions.map(\.number) == [6, 7])
    let listed = try await fixture.store.catalogue.list()
    #expect(listed.map(\.name.description) == ["jq"])
    #expect(listed.first?.stores == ["ubuntu"])
    #expect(try await fixture.channels() == ["latest/edge amd64 7", "latest/stable amd64 6"])
    let chain = try bundle.chain(root: fixture.root)
    #expect(try await fixture.store.assertions.all().count == chain.count)
    for bytes in Array(bundle.files.values) + [bundle.icon ?? []] {
      let path = fixture.store.blobs.path(of: SHA3Digest.of(bytes))
      #expect(FileManager.default.contents(atPath: path) == Data(bytes))
    }
    #expect(try await fixture.store.unusedFiles().isEmpty)
    #expect(try fixture.database.psql("SELECT actor, action, subject FROM audit") == "root|push-snap|jq")
  }

  @Test("changes nothing the second time") func idempotent() async throws {
    let fixture = try await ImportFixture.make()
    let path = try fixture.tarball(TestBundle())
    try await fixture.push(path)
    let (rows, generation) = (try fixture.rows(), try await fixture.store.catalogue.generation())
    for replacing in [false, true] {
      let again = try await fixture.push(path, replacing: replacing)
      #expect(!again.outcome.isChange)
      #expect(again.outcome.kept.isEmpty)
    }
    #expect(try fixture.rows() == rows)
    #expect(try await fixture.store.catalogue.generation() == generation)
  }

  @Test("keeps what a channel holds, unless it is told to replace it; then the past stays known")
  func channelMap() async throws {
    let fixture = try await ImportFixture.make()
    try await fixture.push(TestBundle(revisions: [6]))
    let update = TestBundle(revisions: [7], channels: ["latest/stable amd64": 7, "latest/edge amd64": 7])
    let kept = try await fixture.push(update)
    #expect(kept.outcome.kept.map { "\($0.channel) \($0.architecture)" } == ["latest/stable amd64"])
    #expect(try await fixture.channels() == ["latest/edge amd64 7", "latest/stable amd64 6"])
    let replaced = try await fixture.push(update, replacing: true)
    #expect(replaced.outcome.released.map(\.previous?.number) == [6])
    #expect(try await fixture.channels() == ["latest/edge amd64 7", "latest/stable amd64 7"])
    let past = try await fixture.store.catalogue.history(of: SnapName(parsing: "jq")).filter { $0.until != nil }
    #expect(past.map(\.revision.number) == [6])
  }

  @Test("two at once end as one does", arguments: [1, 2]) func atOnce(round: Int) async throws {
    let fixture = try await ImportFixture.make()
    let path = try fixture.tarball(TestBundle(revisions: [6, 7], fileSize: 400_000))
    let other = try await fixture.other()
    let outcomes = try await withThrowingTaskGroup(of: Bool.self) { group in
      for store in [fixture.store, other, fixture.store, other] {
        group.addTask { try await fixture.push(path, into: store).outcome.isChange }
      }
      return try await group.reduce(into: [Bool]()) { $0.append($1) }
    }
    #expect(outcomes.count { $0 } == 1)
    #expect(try await fixture.channels() == ["latest/stable amd64 7"])
    #expect(try fixture.store.blobs.all().count == 2)
    #expect(try await fixture.store.removeUnusedFiles() == ProxyStore.Reclaimed())
    #expect(try fixture.database.psql("SELECT count(*) FROM audit") == "1")
  }

  @Test("names what the snap needs") func needs() async throws {
    let fixture = try await ImportFixture.make()
    var bundle = TestBundle()
    bundle.snapYAML = "base: core22\nplugs:\n  themes:\n    interface: content\n    default-provider: gtk-themes:x\n"
    let needs = try await fixture.push(bundle).needs.snaps
    #expect(
      needs.map { "\($0.key) \($0.value.rawValue)" }.sorted() == [
        "core22 base", "gtk-themes content provider", "snapd snapd",
      ])
  }

  @Test("keeps a newer assertion that it has") func olderAssertion() async throws {
    let fixture = try await ImportFixture.make()
    func chain(declarationRevision: Int, _ bundle: TestBundle) throws -> [Assertion] {
      let declaration = try fixture.root.snapDeclaration(
        "jq", snapID: TestRoot.snapID(for: "jq"), extra: ["revision": .text("\(declarationRevision)")])
      return try bundle.chain(root: fixture.root).map { $0.type == .snapDeclaration ? declaration : $0 }
    }
    var (new, old) = (TestBundle(revisions: [7]), TestBundle(revisions: [6]))
    new.assertions = try chain(declarationRevision: 3, new)
    old.assertions = try chain(declarationRevision: 2, old)
    try await fixture.push(new)
    try await fixture.push(old)
    let held = try await fixture.store.assertions.all(of: .snapDeclaration)
    #expect(held.map(\.revision) == [3])
    #expect(try await fixture.store.catalogue.list().first?.revisions.map(\.number) == [6, 7])
  }

  @Test("of another snap under a name that is taken changes nothing") func nameTaken() async throws {
    let fixture = try await ImportFixture.make()
    try await fixture.push(TestBundle())
    let rows = try fixture.rows()
    var other = TestBundle(revisions: [7])
    other.snapID = TestRoot.snapID
    let path = try fixture.tarball(other)
    await #expect(throws: CatalogueError.self) { try await fixture.push(path) }
    #expect(try fixture.rows() == rows)
    #expect(try await fixture.channels() == ["latest/stable amd64 6"])
  }

  @Test("of a snap whose snap.yaml grows without end is taken, and what it needs is told as unknown") func aliasBomb()
    async throws
  {
    let fixture = try await ImportFixture.make()
    var bundle = TestBundle()
    // Each line holds ten times what the line before it holds; keys are hashed.
    bundle.snapYAML =
      (0..<30).map { level in
        let items = Array(repeating: level == 0 ? "x" : "*a\(level - 1)", count: 10).joined(separator: ",")
        return "a\(level): &a\(level) [\(items)]\n"
      }.joined() + "? *a29\n: x\n"
    let pushed = try await fixture.push(bundle)
    #expect(pushed.outcome.isChange)
    #expect(pushed.needs.unread.count == 1)
    #expect(
      pushed.needs.unread.first?.hasPrefix(
        "unknown which snaps jq revision 6 needs: its snap.yaml cannot be read: line ") == true)
    #expect(try await fixture.channels() == ["latest/stable amd64 6"])
  }

  @Test("ends when it is cancelled, in the middle of a file, and nothing is visible") func cancelled() async throws {
    let fixture = try await ImportFixture.make()
    let path = try fixture.tarball(TestBundle(revisions: [6, 7], fileSize: 8 << 20))
    /// Cancels its task at the first piece.
    final class Interrupter: ProgressReporter {
      let task = Mutex<Task<Void, any Error>?>(nil)
      let pieces = Atomic(0)
      func began(_ item: String, bytes: UInt64?) {}
      func advanced(_ item: String, by bytes: UInt64) {
        pieces.add(1, ordering: .relaxed)
        // The task is known soon; then it is cancelled for good.
        while task.withLock({ $0?.cancel() }) == nil {}
      }
      func finished(_ item: String, success: Bool) {}
      func note(_ line: String) {}
    }
    let interrupter = Interrupter()
    let roots = fixture.root.roots
    let task = Task {
      _ = try await SnapPush(into: fixture.store, roots: roots, actor: "root")
        .push(InputFile(path), replacingChannelMap: false, progress: interrupter)
    }
    interrupter.task.withLock { $0 = task }
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(interrupter.pieces.load(ordering: .relaxed) < 8)
    #expect(try await fixture.store.catalogue.list().isEmpty)
  }

  @Test("of a revision that has other bytes here changes nothing") func revisionDiffers() async throws {
    let fixture = try await ImportFixture.make()
    try await fixture.push(TestBundle())
    let rows = try fixture.rows()
    await #expect(throws: CatalogueError.self) { try await fixture.push(TestBundle(fileSize: 999)) }
    #expect(try fixture.rows() == rows)
  }
}
