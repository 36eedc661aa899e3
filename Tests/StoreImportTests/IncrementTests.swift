import AssertionsTesting
import Bundles
import BundlesTesting
import Cryptography
import Foundation
import Glibc
import PostgreSQL
import PostgreSQLTesting
import ProcessTesting
import ProxyState
import Reporting
import StoreImport
import StoreModel
import Testing

/// Tarballs that leave files to others: to the store, and to other volumes.
@Suite("Increments and volumes") struct IncrementTests {
  private static let old = TestBundle("jq", revisions: [1, 2], fileSize: 100_000)
  private static let new = TestBundle(
    "jq", revisions: [2, 3, 4], channels: ["latest/stable amd64": 3, "latest/edge amd64": 4], fileSize: 100_000)

  /// The store's own word of what it holds, as an export takes it.
  private func held(_ fixture: ImportFixture) async throws -> HeldFiles {
    let key = try await InventoryTaking(fixture.store).signed()
    return HeldFiles(try SignedInventory(decoding: key, of: "inventory").inventory)
  }

  private static func withoutHeld(_ bundle: TestBundle, _ held: HeldFiles) throws -> TestBundle {
    var increment = bundle
    let id = try SnapID(parsing: bundle.snapID)
    increment.held = try Set(bundle.files.keys.filter { held.contains(try Revision($0), of: id) })
    return increment
  }

  @Test("an increment makes the same of a store as the whole does") func sameState() async throws {
    let one = try await ImportFixture.make()
    let other = try await ImportFixture.make(root: one.root)
    for fixture in [one, other] { try await fixture.push(Self.old) }
    let increment = try Self.withoutHeld(Self.new, try await held(other))
    #expect(increment.held == [2])
    try await one.push(Self.new, replacing: true)
    try await other.push(increment, replacing: true)
    #expect(try one.contents() == other.contents())
    #expect(try one.store.blobs.all().count == 4)
    #expect(
      Set(try one.store.blobs.all().map(\.digest)) == Set(try other.store.blobs.all().map(\.digest)))
  }

  @Test("an increment of a store does as well") func sameStoreState() async throws {
    let one = try await ImportFixture.make()
    let other = try await ImportFixture.make(root: one.root)
    for fixture in [one, other] { try await fixture.push(TestStoreBundle()) }
    var later = TestStoreBundle()
    later.ownSnaps.append(TestBundle("acme-tool", revisions: [1], fileSize: 50_000))
    later.exportedAt += 60
    try await one.push(later)
    var increment = later
    let held = try await held(other)
    #expect(held.contains(try Revision(12), of: try SnapID(parsing: TestRoot.snapID(for: "acme-app"))))
    increment.heldSnaps = ["acme-app", "core22"]
    try await other.push(increment)
    #expect(try one.contents() == other.contents())
    #expect(try other.store.blobs.all().count == 4)
  }

  @Test("an increment for another store is refused before a file is read, and says what is missing") func foreign()
    async throws
  {
    let fixture = try await ImportFixture.make()
    var increment = Self.new
    increment.held = [2, 3]
    let path = try fixture.tarball(increment)
    let error = await #expect(throws: HeldFilesMissing.self) { try await fixture.push(path) }
    #expect(error?.message.contains("snaps/jq_2.snap and 1 more, which") == true)
    #expect(try fixture.store.blobs.all().isEmpty)
    #expect(try await fixture.store.catalogue.list().isEmpty)
    // What was lost comes again.
    try await fixture.push(Self.new)
    let lost = SHA3Digest.of(try #require(Self.new.files[3]))
    try fixture.store.blobs.remove(lost)
    let held = try await held(fixture)
    let id = try SnapID(parsing: Self.new.snapID)
    #expect(held.contains(try Revision(2), of: id))
    #expect(!held.contains(try Revision(3), of: id))
    try await fixture.push(try Self.withoutHeld(Self.new, held))
    #expect(fixture.store.blobs.contains(lost))
  }

  @Test("a tarball that knows a private file's digest does not get it shown, whoever it says has it") func lent()
    async throws
  {
    let fixture = try await ImportFixture.make()
    try await fixture.push(TestStoreBundle())
    // The brand's own snap, for everybody, without its files.
    var stolen = TestBundle("acme-app", revisions: [12, 13], channels: ["latest/stable amd64": 12])
    stolen.held = [12, 13]
    await #expect(throws: HeldFilesMissing.self) { try await fixture.push(stolen) }
    // Pushed for a store that nobody has imported: no listing protects it yet.
    var early = TestBundle("early-app", revisions: [1], fileSize: 100_000)
    early.store = "rival-devices"
    try await fixture.push(early)
    (early.store, early.held) = ("ubuntu", [1])
    await #expect(throws: HeldFilesMissing.self) { try await fixture.push(early) }
    early.store = "rival-devices"
    #expect(try await !fixture.push(early).outcome.isChange)
    (early.store, early.held) = ("ubuntu", [])
    early.files[2] = [UInt8](repeating: 2, count: 100_000)
    let volumes = try early.write(volumesOf: 130_000, to: fixture.folder.path + "/early.tar.gz", root: fixture.root)
    try #require(volumes.count == 2)
    await #expect(throws: HeldFilesMissing.self) { try await fixture.pushVolume(volumes[1]) }
    let shown = try await fixture.store.catalogue.list().map { "\($0.name) \($0.stores)" }
    #expect(shown.contains(#"early-app ["rival-devices"]"#))
    #expect(shown.contains(#"acme-app ["acme-base", "acme-devices"]"#))
  }

  @Test("a file that the disk has cut is told as missing, and written anew by what brings it") func cut() async throws {
    let fixture = try await ImportFixture.make()
    try await fixture.push(Self.new)
    let digest = SHA3Digest.of(try #require(Self.new.files[3]))
    try #require(truncate(fixture.store.blobs.path(of: digest), 5000) == 0)
    let increment = try Self.withoutHeld(Self.new, try await held(fixture))
    #expect(increment.held == [2, 4])
    try await fixture.push(increment)
    #expect(fixture.store.blobs.size(of: digest) == 100_000)
  }

  @Test("an inventory for a store names what its devices see, and no other brand's snaps") func audience() async throws
  {
    let fixture = try await ImportFixture.make()
    try await fixture.push(TestStoreBundle())
    var rivals = TestBundle("rival-app", revisions: [1])
    rivals.store = "rival-devices"
    try await fixture.push(rivals)
    let taking = InventoryTaking(fixture.store)
    #expect(try await taking.inventory().snaps.map(\.name.description) == ["acme-app", "core22", "rival-app"])
    let acmes = try await taking.inventory(for: StoreID(parsing: TestStoreBundle.deviceView))
    #expect(acmes.snaps.map(\.name.description) == ["acme-app", "core22"])
    await #expect(throws: StoreNotImported.self) {
      _ = try await taking.inventory(for: StoreID(parsing: "rival-devices"))
    }
  }

  @Test(
    "volumes come in any order, and the last one makes all of them visible",
    arguments: [
      [0, 1, 2], [2, 1, 0], [1, 2, 0], [1, 1, 0, 2],
    ]) func volumes(order: [Int]) async throws
  {
    let fixture = try await ImportFixture.make()
    let paths = try Self.new.write(
      volumesOf: 130_000, to: fixture.folder.path + "/jq.tar.gz", root: fixture.root)
    try #require(paths.count == 3)
    var missing: Set = [1, 2, 3]
    for volume in order.dropLast() {
      missing.remove(volume + 1)
      guard case .awaiting(let awaited) = try await fixture.pushVolume(paths[volume]) else {
        Issue.record("volume \(volume + 1) is not the last")
        return
      }
      #expect(awaited.missing == missing.sorted())
      #expect(try await fixture.store.catalogue.list().isEmpty)
      #expect(try await fixture.store.assertions.all().isEmpty)
    }
    #expect(try await fixture.pushVolume(paths[try #require(order.last)]).whole().outcome.isChange)
    #expect(try await fixture.channels() == ["latest/edge amd64 4", "latest/stable amd64 3"])
    #expect(try await fixture.store.unusedFiles().isEmpty)
    #expect(try await !fixture.pushVolume(paths[0]).whole().outcome.isChange)
  }

  @Test("volumes that come at the same time end as those that come one after the other", arguments: 0..<4)
  func atOnce(round: Int) async throws {
    let fixture = try await ImportFixture.make()
    let paths = try Self.new.write(
      volumesOf: 130_000, to: fixture.folder.path + "/jq.tar.gz", root: fixture.root)
    let visible = try await withThrowingTaskGroup(of: Bool.self) { group in
      for path in paths {
        group.addTask {
          if case .pushed = try await fixture.pushVolume(path) { true } else { false }
        }
      }
      return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    // Whoever ends last finds all of them; several may.
    #expect(visible >= 1)
    #expect(try await fixture.channels() == ["latest/edge amd64 4", "latest/stable amd64 3"])
    #expect(try fixture.database.psql("SELECT count(*) FROM audit") == "1")
    #expect(try await fixture.store.unusedFiles().isEmpty)
  }

  @Test(
    "a volume that is damaged or ends too early leaves what others brought, and comes again",
    arguments: [
      20_000, 60_000, 110_000,
    ]) func damaged(length: Int) async throws
  {
    let fixture = try await ImportFixture.make()
    let paths = try Self.new.write(
      volumesOf: 130_000, to: fixture.folder.path + "/jq.tar.gz", root: fixture.root)
    _ = try await fixture.pushVolume(paths[0])
    let bad = fixture.folder.path + "/bad.tar.gz"
    try FileManager.default.copyItem(atPath: paths[1], toPath: bad)
    try #require(truncate(bad, off_t(length)) == 0)
    await #expect {
      _ = try await fixture.pushVolume(bad)
    } throws: { ($0 as? any UserFacingError)?.kind == .integrity }
    #expect(try await fixture.store.catalogue.list().isEmpty)
    #expect(try fixture.store.blobs.all().count == 1)
    for path in paths[1...] { _ = try await fixture.pushVolume(path) }
    #expect(try await fixture.channels() == ["latest/edge amd64 4", "latest/stable amd64 3"])
    // Where somebody pruned meanwhile, the first one is awaited again.
    try await fixture.store.database.transaction {
      try await fixture.store.catalogue.removeSnap(SnapName(parsing: "jq"), in: $0)
    }
    _ = try await fixture.store.removeUnusedFiles()
    guard case .awaiting(let awaited) = try await fixture.pushVolume(paths[2]) else {
      Issue.record("the other volumes are gone")
      return
    }
    #expect(awaited.missing == [1, 2])
  }

  @Test("volumes of a store come in any order, too") func storeVolumes() async throws {
    let fixture = try await ImportFixture.make()
    let whole = try await ImportFixture.make(root: fixture.root)
    var bundle = TestStoreBundle()
    bundle.ownSnaps += (0..<4).map { TestBundle("acme-\($0 * 2)", revisions: [1], fileSize: 100_000) }
    let paths = try bundle.write(
      volumesOf: 250_000, to: fixture.folder.path + "/store.tar.gz", root: fixture.root)
    try #require(paths.count > 2)
    for path in paths.dropFirst() {
      guard case .awaiting(let awaited) = try await fixture.pushStoreVolume(path) else {
        Issue.record("\(path) is not the last")
        return
      }
      #expect(awaited.missing.contains(1))
      #expect(try await fixture.store.stores.all().isEmpty)
    }
    _ = try await fixture.pushStoreVolume(paths[0]).whole()
    try await whole.push(bundle)
    #expect(try fixture.contents() == whole.contents())
  }

  @Test("what a store's channels were asked for and do not hold any more is closed, and nothing else") func closed()
    async throws
  {
    let fixture = try await ImportFixture.make()
    try await fixture.push(TestStoreBundle())
    var later = TestStoreBundle()
    later.exportedAt += 60
    later.ownSnaps = [TestBundle("acme-app", revisions: [12], channels: ["latest/stable amd64": 12])]
    later.scope = .init(channels: [.stable], architectures: [.amd64])
    try await fixture.push(later)
    #expect(try await fixture.channels(of: "acme-app") == ["latest/edge amd64 13", "latest/stable amd64 12"])
    later.scope = .init(channels: [.stable, Channel(track: nil, risk: .edge)], architectures: [.amd64])
    later.exportedAt += 60
    let pushed = try await fixture.push(later)
    #expect(pushed.snaps[0].outcome.closed.map(\.channel.description) == ["latest/edge"])
    #expect(try await fixture.channels(of: "acme-app") == ["latest/stable amd64 12"])
    // A snap that has nothing there any more, and none of its files in the tarball.
    later.ownSnaps = []
    later.registeredNames.append("acme-app")
    later.exportedAt += 60
    #expect(try await fixture.push(later).isChange)
    #expect(try await fixture.channels(of: "acme-app").isEmpty)
    #expect(try await fixture.store.catalogue.list().first?.revisions.map(\.number) == [12, 13])
  }

  @Test(
    "an older export of another store leaves channels and parent as a later one told, unless it is told to roll back")
  func older() async throws {
    let fixture = try await ImportFixture.make()
    var tuesday = TestStoreBundle()
    tuesday.exportedAt += 86400
    tuesday.includedSnaps = [TestBundle("core22", revisions: [100, 101])]
    tuesday.scope = .init(channels: [.stable], architectures: [.amd64])
    try await fixture.push(tuesday)
    // Another view of the same parent, exported the day before.
    var monday = TestStoreBundle()
    monday.store = "acme-kiosks"
    monday.ownSnaps = [TestBundle("acme-app", revisions: [12], channels: ["latest/stable amd64": 12])]
    monday.includedSnaps = [TestBundle("core22", revisions: [100])]
    monday.registeredNames = []
    monday.scope = .init(channels: [.stable, Channel(track: nil, risk: .edge)], architectures: [.amd64])
    let pushed = try await fixture.push(monday)
    #expect(pushed.hasLaterAdministrator)
    #expect(pushed.snaps.map { $0.outcome.kept.count } == [0, 1])
    #expect(try await fixture.channels(of: "core22") == ["latest/stable amd64 101"])
    #expect(try await fixture.channels(of: "acme-app") == ["latest/edge amd64 13", "latest/stable amd64 12"])
    let parents = try await fixture.store.catalogue.load()
    #expect(parents.listing(of: try SnapID(parsing: TestRoot.snapID(for: "acme-future"))) == ["acme-base"])
    try await fixture.pushStore(try fixture.tarball(monday), allowingRollback: true)
    #expect(try await fixture.channels(of: "core22") == ["latest/stable amd64 100"])
    #expect(try await fixture.channels(of: "acme-app") == ["latest/stable amd64 12"])
    // From then on the export that was rolled back to is what later ones are held to.
    monday.exportedAt += 60
    monday.includedSnaps = [TestBundle("core22", revisions: [102])]
    try await fixture.push(monday)
    #expect(try await fixture.channels(of: "core22") == ["latest/stable amd64 102"])
  }
}
