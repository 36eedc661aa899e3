import Foundation
import PostgreSQL
import PostgreSQLTesting
import ProxyState
import StoreModel
import Testing

@Suite("Overrides") struct OverrideRepositoryTests {
  private let becky = OverrideAuthor("becky@example.com", by: .api)

  private func change(_ place: String, _ revision: Int?, snap: String = "jq") throws -> OverrideChange {
    OverrideChange(
      id: try SnapID(parsing: Sample.id), name: try SnapName(parsing: snap), slot: try Sample.slot(place),
      revision: try revision.map { try Revision($0) })
  }

  private func current(_ test: TestStore) async throws -> [String] {
    try await test.store.overrides.current().map {
      "\($0.name) \($0.slot.channel.name) \($0.slot.architecture) \($0.revision)"
    }
  }

  @Test("count until they are removed, and tell a new generation of the catalogue")
  func sets() async throws {
    let test = try await TestStore.make()
    let before = try await test.store.catalogue.load().generation
    try await test.store.overrides.apply(
      [try change("stable amd64", 6), try change("22/edge arm64", 7)], by: becky)
    #expect(try await current(test) == ["jq stable amd64 6", "jq 22/edge arm64 7"])
    let catalogue = try await test.store.catalogue.load()
    #expect(catalogue.generation > before)
    #expect(catalogue.overrides[try SnapID(parsing: Sample.id)]?.count == 2)
    try await test.store.overrides.apply([try change("stable amd64", nil)], by: becky)
    #expect(try await current(test) == ["jq 22/edge arm64 7"])
    #expect(try test.database.psql("SELECT count(*) FROM snap_override") == "2")
  }

  @Test("are no change where they count already")
  func idempotent() async throws {
    let test = try await TestStore.make()
    try await test.store.overrides.apply([try change("stable amd64", 6)], by: becky)
    let generation = try await test.store.catalogue.load().generation
    let again = try await test.store.overrides.apply(
      [try change("stable amd64", 6), try change("edge amd64", nil)], by: becky)
    #expect(again.isEmpty)
    #expect(try await test.store.catalogue.load().generation == generation)
    #expect(try await test.store.overrides.history().count == 1)
  }

  @Test("a revision for all architectures takes the place of those of single ones")
  func all() async throws {
    let test = try await TestStore.make()
    try await test.store.overrides.apply([try change("stable amd64", 6), try change("edge amd64", 6)], by: becky)
    try await test.store.overrides.apply([try change("stable all", 9)], by: becky)
    #expect(try await current(test) == ["jq stable all 9", "jq edge amd64 6"])
    // One architecture may be pinned otherwise; the others keep what is for all.
    try await test.store.overrides.apply([try change("stable amd64", 7)], by: becky)
    #expect(try await current(test) == ["jq stable all 9", "jq stable amd64 7", "jq edge amd64 6"].sorted(by: order))
  }

  private func order(_ left: String, _ right: String) -> Bool {
    ["jq stable all 9", "jq stable amd64 7", "jq edge amd64 6"].firstIndex(of: left) ?? 9
      < ["jq stable all 9", "jq stable amd64 7", "jq edge amd64 6"].firstIndex(of: right) ?? 9
  }

  @Test("the history says who, how, from what and to what, newest first")
  func history() async throws {
    let test = try await TestStore.make()
    try await test.store.overrides.apply([try change("stable amd64", 6)], by: becky)
    try await test.store.overrides.apply(
      [try change("stable amd64", 5), try change("edge amd64", 8)], by: OverrideAuthor("root", by: .command))
    let lines = try await test.store.overrides.history(of: try SnapName(parsing: "jq"))
    #expect(lines.map(\.author.name) == ["root", "root", "becky@example.com"])
    #expect(lines.map(\.author.way) == [.command, .command, .api])
    #expect(Set(lines.map(\.change)).count == 2)
    let lowered = try #require(lines.first { $0.revision?.number == 5 })
    #expect(lowered.previous?.number == 6)
    #expect(try await test.store.overrides.history(of: try SnapName(parsing: "htop")).isEmpty)
  }

  @Test("a change is taken back as a whole, the newest first, and taking back is no change to take back")
  func undo() async throws {
    let test = try await TestStore.make()
    let overrides = test.store.overrides
    try await overrides.apply([try change("stable amd64", 6)], by: becky)
    try await overrides.apply([try change("stable amd64", 5), try change("edge amd64", 8)], by: becky)
    _ = try await overrides.undo(nil, by: becky)
    #expect(try await current(test) == ["jq stable amd64 6"])
    _ = try await overrides.undo(nil, by: becky)
    #expect(try await current(test) == [])
    await #expect(throws: OverrideError.nothingToUndo) { _ = try await overrides.undo(nil, by: becky) }
    await #expect(throws: OverrideError.unknownChange(99)) { _ = try await overrides.undo(99, by: becky) }
  }

  @Test("what was changed again since is not taken back")
  func changedSince() async throws {
    let test = try await TestStore.make()
    let overrides = test.store.overrides
    try await overrides.apply([try change("stable amd64", 6)], by: becky)
    let first = try #require(try await overrides.history().first?.change)
    try await overrides.apply([try change("stable amd64", 5)], by: becky)
    let expected = OverrideError.changedSince(
      change: first, name: try SnapName(parsing: "jq"), slot: try Sample.slot("stable amd64"))
    await #expect(throws: expected) { _ = try await overrides.undo(first, by: becky) }
    #expect(try await current(test) == ["jq stable amd64 5"])
  }

  @Test("of two administrators at once, one comes after the other, and each change is whole", .timeLimit(.minutes(5)))
  func race() async throws {
    let test = try await TestStore.make()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 1...8 {
        let changes = [try change("stable amd64", number), try change("edge amd64", number)]
        group.addTask { try await test.store.overrides.apply(changes, by: OverrideAuthor("\(number)", by: .api)) }
      }
      try await group.waitForAll()
    }
    let revisions = Set(try await test.store.overrides.current().map(\.revision))
    #expect(revisions.count == 1)
    #expect(try await test.store.overrides.history().count == 16)
  }

  @Test("pruning keeps what an override names")
  func prune() async throws {
    let test = try await TestStore.make()
    try await test.importSnap(try Sample.snap(revisions: [1, 2, 3], channels: ["stable amd64": 3]))
    try await test.store.overrides.apply([try change("stable amd64", 1)], by: becky)
    let pruned = try await test.store.database.transaction { try await test.store.catalogue.prune(keep: 1, in: $0) }
    #expect(pruned.map(\.revision.number) == [2])
  }
}
