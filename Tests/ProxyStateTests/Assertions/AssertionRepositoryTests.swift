import Assertions
import AssertionsTesting
import Foundation
import PostgreSQL
import PostgreSQLTesting
import ProxyState
import Testing

@Suite("Assertion repository") struct AssertionRepositoryTests {
  private let root = Result { try TestRoot() }

  private func declaration(revision: Int, format: Int = 0, name: String = "jq") throws -> Assertion {
    var headers: [String: HeaderValue] = [
      "series": .text("16"), "snap-id": .text(Sample.id),
      "snap-name": .text(name), "publisher-id": .text("canonical"), "timestamp": .text("2024-01-01T00:00:00Z"),
    ]
    if revision > 0 { headers["revision"] = .text(String(revision)) }
    if format > 0 { headers["format"] = .text(String(format)) }
    return try root.get().sign(.snapDeclaration, headers)
  }

  private func validationSet(sequence: Int) throws -> Assertion {
    try root.get().sign(
      .validationSet,
      [
        "series": .text("16"), "account-id": .text("acme"), "name": .text("base"),
        "sequence": .text(String(sequence)), "timestamp": .text("2024-01-01T00:00:00Z"),
        "snaps": .list([.map(["name": .text("jq"), "id": .text(Sample.id)])]),
      ], of: "acme")
  }

  private func store(_ assertions: [Assertion], in test: TestStore) async throws -> AssertionRepository.Outcome {
    try await test.store.database.transaction { try await test.store.assertions.store(assertions, in: $0) }
  }

  @Test("gives back the very bytes")
  func bytes() async throws {
    let test = try await TestStore.make()
    let assertion = try declaration(revision: 3)
    #expect(try await store([assertion], in: test).stored == [assertion.identity])
    let found = try await test.store.assertions.find(assertion.identity)
    #expect(found?.encoded == assertion.encoded)
    #expect(try await test.store.assertions.all().map(\.encoded) == [assertion.encoded])
    #expect(try await test.store.assertions.all(of: .snapDeclaration).count == 1)
    #expect(try await test.store.assertions.all(of: .account).isEmpty)
  }

  @Test("a newer revision replaces, an older one is told and ignored, the same one is nothing")
  func revisions() async throws {
    let test = try await TestStore.make()
    let (old, new) = (try declaration(revision: 1), try declaration(revision: 2, name: "jq-renamed"))
    _ = try await store([old], in: test)
    #expect(try await store([new], in: test).stored == [new.identity])
    let generation = try await test.store.catalogue.generation()
    #expect(try await store([old], in: test) == AssertionRepository.Outcome(outdated: [old.identity]))
    #expect(try await store([new], in: test) == AssertionRepository.Outcome())
    #expect(try await test.store.assertions.find(old.identity)?.revision == 2)
    #expect(try await test.store.catalogue.generation() == generation)
  }

  @Test("many at once are kept, of each the newest revision, whatever the order")
  func many() async throws {
    let test = try await TestStore.make()
    let (old, new) = (try declaration(revision: 1), try declaration(revision: 2))
    let sets = try (1...600).map(validationSet)
    #expect(try await store(sets + [old, new], in: test).stored.count == 602)
    #expect(try await test.store.assertions.find(new.identity)?.encoded == new.encoded)
    #expect(try test.database.psql("SELECT count(*), max(sequence), count(sequence) FROM assertion") == "601|600|600")
    let again = try await store(sets + [new, old], in: test)
    #expect(again == AssertionRepository.Outcome(outdated: [old.identity]))
  }

  @Test("every format is kept, and the highest that the client understands is found")
  func formats() async throws {
    let test = try await TestStore.make()
    let (plain, modern) = (try declaration(revision: 1), try declaration(revision: 2, format: 3))
    _ = try await store([plain, modern], in: test)
    for (limit, format) in [(0, 0), (2, 0), (3, 3), (99, 3)] {
      #expect(try await test.store.assertions.find(plain.identity, maxFormat: limit)?.format == format)
    }
    #expect(try await test.store.assertions.find(plain.identity)?.format == 3)
  }

  @Test("the latest of a sequence is the one with the highest number, not the highest text")
  func sequence() async throws {
    let test = try await TestStore.make()
    let sets = try [9, 10, 2].map(validationSet)
    _ = try await store(sets, in: test)
    let latest = try await test.store.assertions.latest(of: .validationSet, sequenceKey: ["16", "acme", "base"])
    #expect(latest?.identity == sets[1].identity)
    #expect(try await test.store.assertions.latest(of: .validationSet, sequenceKey: ["16", "acme", "x"]) == nil)
  }

  @Test("two stores of the same assertions in opposite order do not wait for each other in a circle")
  func deadlock() async throws {
    let test = try await TestStore.make()
    let sets = try (1...20).map(validationSet)
    let stored = try await withThrowingTaskGroup(of: Int.self) { group in
      for order in [sets, sets.reversed()] {
        group.addTask { try await store(order, in: test).stored.count }
      }
      return try await group.reduce(0, +)
    }
    #expect(stored == 20)
  }
}
