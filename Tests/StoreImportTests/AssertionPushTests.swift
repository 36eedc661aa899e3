import Assertions
import AssertionsTesting
import BundlesTesting
import Cryptography
import Foundation
import PostgreSQLTesting
import ProxyState
import Testing

@testable import StoreImport

@Suite("Account-key push") struct AccountKeyPushTests {
  private func push(_ assertions: [Assertion], into fixture: ImportFixture) async throws -> [PushedAssertion] {
    try await AssertionPush(.accountKeys, into: fixture.store, roots: fixture.root.roots, actor: "root")
      .push(Assertion.encodeStream(assertions))
  }

  private func brandKey(_ root: TestRoot, revision: Int, until: HeaderValue? = nil) throws -> Assertion {
    var extra: [String: HeaderValue] = ["revision": .text(String(revision))]
    extra["until"] = until
    return try root.accountKey(root.brandKey, of: TestRoot.brandID, name: "brand", extra: extra)
  }

  @Test("makes keys known together with what they stand on, once") func whole() async throws {
    let fixture = try await ImportFixture.make()
    let stream = try fixture.root.brandFoundation()
    let pushed = try await push(stream, into: fixture)
    #expect(pushed.map { $0.assertion["name"] } == ["root", "store", "brand"])
    #expect(pushed.map(\.change) == [.stored, .stored, .stored])
    #expect(try await fixture.store.assertions.all().count == stream.count)
    let (rows, generation) = (try fixture.rows(), try await fixture.store.catalogue.generation())
    #expect(try await push(stream, into: fixture).map(\.change) == [.unchanged, .unchanged, .unchanged])
    #expect(try fixture.rows() == rows)
    #expect(try await fixture.store.catalogue.generation() == generation)
  }

  @Test("takes a key alone where the rest is here, as 'snap known' prints it") func alone() async throws {
    let fixture = try await ImportFixture.make()
    let key = try brandKey(fixture.root, revision: 0)
    await #expect(throws: AssertionError.self) { try await push([key], into: fixture) }
    #expect(try await fixture.store.assertions.all().isEmpty)
    _ = try await push(try fixture.root.foundation() + [fixture.root.account(TestRoot.brandID)], into: fixture)
    #expect(try await push([key], into: fixture).map(\.change) == [.stored])
  }

  @Test("lets no older revision replace a newer one, which may have ended the key") func rollback() async throws {
    let fixture = try await ImportFixture.make()
    let ended = try brandKey(fixture.root, revision: 2, until: TestRoot.timestamp)
    _ = try await push(try fixture.root.foundation() + [fixture.root.account(TestRoot.brandID), ended], into: fixture)
    #expect(try await push([brandKey(fixture.root, revision: 1)], into: fixture).map(\.change) == [.outdated])
    #expect(try await fixture.store.assertions.find(ended.identity)?.encoded == ended.encoded)
  }

  @Test("accepts nothing signed by a key that was ended here, though its older revision comes along")
  func endedSigner() async throws {
    let fixture = try await ImportFixture.make()
    let root = fixture.root
    // The key that signs snap-declarations and revisions ends.
    let ended = try root.accountKey(
      root.storeKey, of: TestRoot.accountID, name: "store",
      extra: ["revision": "1", "until": "2026-01-02T00:00:00Z"])
    let foundation = try root.foundation()
    _ = try await push([foundation[0], foundation[1], ended], into: fixture)
    let rows = try fixture.rows()
    let error = await #expect(throws: AssertionError.self) { try await fixture.push(TestBundle()) }
    guard case .keyNotValid? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(try fixture.rows() == rows)
    #expect(try fixture.store.blobs.all().isEmpty)
  }

  @Test("refuses what no pinned root vouches for, what is no account-key, and what is too large")
  func refusals() async throws {
    let fixture = try await ImportFixture.make()
    let root = fixture.root
    let strangers =
      try root.foundation() + [
        root.sign(
          .accountKey,
          [
            "public-key-sha3-384": .text(root.brandKey.id.base64URL), "account-id": .text(TestRoot.brandID),
            "name": "brand", "since": TestRoot.timestamp,
          ], body: Array(root.brandKey.publicKeyEncoding.utf8), by: root.brandKey, of: TestRoot.brandID)
      ]
    await #expect(throws: AssertionError.self) { try await push(strangers, into: fixture) }
    await #expect(throws: AssertionPushError.nothing(.accountKeys)) { try await push([], into: fixture) }
    await #expect(throws: AssertionPushError.otherType(.accountKeys, type: "store")) {
      try await push(try root.chain(), into: fixture)
    }
    await #expect(throws: AssertionPushError.tooLarge(.accountKeys, limit: AssertionPush.limit)) {
      try await AssertionPush(.accountKeys, into: fixture.store, roots: root.roots, actor: "root")
        .push([UInt8](repeating: 0x20, count: AssertionPush.limit + 1))
    }
    await #expect(throws: AssertionError.self) {
      try await AssertionPush(.accountKeys, into: fixture.store, roots: .canonical, actor: "root")
        .push(Assertion.encodeStream(root.brandFoundation()))
    }
    #expect(try await fixture.store.assertions.all().isEmpty)
    #expect(try fixture.database.psql("SELECT count(*) FROM audit") == "0")
  }
}

@Suite("Assertion push") struct AssertionPushTests {
  private func push(_ assertions: [Assertion], into fixture: ImportFixture) async throws -> [PushedAssertion] {
    try await AssertionPush(.assertions, into: fixture.store, roots: fixture.root.roots, actor: "root")
      .push(Assertion.encodeStream(assertions))
  }

  @Test("makes validation sets, validations and models known, and tells of those alone") func statements() async throws
  {
    let fixture = try await ImportFixture.make()
    let root = fixture.root
    let set = try root.validationSet("base", snaps: ["jq": 6])
    await #expect(throws: AssertionError.self) { try await push([set], into: fixture) }
    let stream = try root.brandFoundation() + [set, root.model()]
    let pushed = try await push(stream, into: fixture)
    #expect(pushed.map(\.assertion.type.name) == ["validation-set", "model"])
    #expect(pushed.map(\.change) == [.stored, .stored])
    #expect(try await push([set], into: fixture).map(\.change) == [.unchanged])
    // A validation stands on the declarations of both snaps, which came with their tarballs.
    let validation = try root.sign(
      .validation,
      [
        "series": "16", "snap-id": .text(TestRoot.snapID(for: "jq")),
        "approved-snap-id": .text(TestRoot.snapID(for: "htop")), "approved-snap-revision": "1",
        "timestamp": TestRoot.timestamp,
      ])
    await #expect(throws: AssertionError.self) { try await push([validation], into: fixture) }
    try await fixture.push(TestBundle())
    try await fixture.push(TestBundle("htop"))
    #expect(try await push([validation], into: fixture).map(\.change) == [.stored])
    let audited = try await fixture.store.audit.newest().map(\.action)
    #expect(audited.filter { $0 == "push-assertions" }.count == 2)
  }

  @Test("takes nothing else, and no validation set that its account did not sign") func refusals() async throws {
    let fixture = try await ImportFixture.make()
    let root = fixture.root
    await #expect(throws: AssertionPushError.otherType(.assertions, type: "snap-declaration")) {
      try await push(try TestBundle().chain(root: root), into: fixture)
    }
    await #expect(throws: AssertionPushError.nothing(.assertions)) {
      try await push(try root.brandFoundation(), into: fixture)
    }
    let forged = try root.sign(
      .validationSet,
      [
        "series": "16", "account-id": .text(TestRoot.brandID), "name": "base", "sequence": "1",
        "snaps": .list([["name": "jq", "id": .text(TestRoot.snapID(for: "jq"))]]), "timestamp": TestRoot.timestamp,
      ])
    await #expect(throws: AssertionError.self) {
      try await push(try root.brandFoundation() + [forged], into: fixture)
    }
    #expect(try await fixture.store.assertions.all().isEmpty)
  }
}
