import Assertions
import AssertionsTesting
import Foundation
import NIOCore
import StoreAPI
import StoreModel
import Testing

@testable import ProxyServer

/// What validation sets and gating snaps do to the answers of a refresh.
@Suite("Validation") struct ValidationTests {
  private let root: TestRoot

  init() throws { root = try TestRoot() }

  private func entry(_ name: String, presence: String? = nil, revision: Int? = nil) throws -> HeaderValue {
    var map: [String: HeaderValue] = ["name": .text(name), "id": .text(try SnapFixture.id(name).description)]
    map["presence"] = presence.map { .text($0) }
    map["revision"] = revision.map { .text(String($0)) }
    return .map(map)
  }

  private func fleet(
    sequence: Int = 1, revision: Int = 0, _ snaps: [HeaderValue]
  ) throws -> Assertion {
    try root.sign(
      .validationSet,
      [
        "series": "16", "account-id": .text(TestRoot.brandID), "name": "fleet", "sequence": .text(String(sequence)),
        "snaps": .list(snaps), "timestamp": TestRoot.timestamp, "revision": .text(String(revision)),
      ], by: root.brandKey, of: TestRoot.brandID)
  }

  private static let key = ["16", TestRoot.brandID, "fleet", "1"]

  /// `jq` 5 in stable, 7 in edge; 6 was never released.
  private func ask(
    _ assertions: [Assertion], installed: [String: Int] = [:], context: [[String]]? = nil,
    ignoresInContext: Bool? = nil, audience: Audience = .anybody, _ change: (inout RefreshAction) -> Void
  ) throws -> RefreshResult {
    var jq = SnapFixture("jq", channels: ["latest/stable amd64 5", "latest/edge amd64 7"])
    jq.unreleased = ["6 amd64"]
    let secret = try SnapFixture.id("secret")
    let library = AssertionLibrary(assertions) { $0 == secret ? ["acme"] : nil }
    var resolver = RefreshResolver(
      storefront: try .of([jq, SnapFixture("gate")], assertions: library), audience: audience, architecture: .amd64)
    var action = RefreshAction(action: installed["jq"] == nil ? "install" : "refresh")
    action.instanceKey = "key of jq"
    if installed["jq"] == nil { action.name = "jq" } else { action.snapID = try SnapFixture.id("jq").description }
    change(&action)
    let snaps = try installed.map { name, revision in
      InstalledSnap(
        snapID: try SnapFixture.id(name).description, instanceKey: "key of \(name)", revision: revision,
        trackingChannel: "latest/stable", epoch: .zero, ignoreValidation: name == "jq" ? ignoresInContext : nil,
        validationSets: name == "jq" ? context : nil)
    }
    // As it comes over the wire.
    let encoded = try JSONEncoder().encode(RefreshRequest(context: snaps, actions: [action], fields: nil))
    let request = try Array(encoded).withUnsafeBytes { try RefreshRequestReader.read($0) }
    var writer = RefreshWriter(fields: nil)
    let body = try writer.body(of: request, by: &resolver)
    return try #require(
      try JSONDecoder().decode(RefreshResponse.self, from: Data(body.readableBytesView)).results.first)
  }

  @Test("gives the revision that a set requires, though no channel ever held it", arguments: [nil, 6])
  func required(asked: Int?) throws {
    let set = try fleet([entry("jq", revision: 6)])
    let result = try ask([set]) {
      $0.validationSets = [Self.key]
      $0.revision = asked
    }
    #expect(result.snap?.revision?.number == 6)
    // An answer names the channel that a device asked for; one that asked by number gets none.
    #expect(result.effectiveChannel == (asked == nil ? "latest/stable" : nil))
    // Without the set it is not to be had, and the channel counts.
    #expect(try ask([set]) { $0.revision = 6 }.error?.code == "revision-not-found")
    #expect(try ask([set]) { _ in }.snap?.revision?.number == 5)
  }

  @Test("takes the sets of the context where the action has none, and the latest where no sequence is named")
  func context() throws {
    let sets = [try fleet([entry("jq", revision: 6)]), try fleet(sequence: 2, [entry("jq", revision: 7)])]
    let pinned = try ask(sets, installed: ["jq": 5], context: [Self.key]) { _ in }
    #expect(pinned.snap?.revision?.number == 6)
    let latest = try ask(sets, installed: ["jq": 5], context: [Array(Self.key.dropLast())]) { _ in }
    #expect(latest.snap?.revision?.number == 7)
    let kept = try ask(sets, installed: ["jq": 6], context: [Self.key]) { _ in }
    #expect(kept.result == "refresh" && kept.snap?.revision?.number == 6)
  }

  @Test("refuses a snap that must not be there, and says where a required revision is not held")
  func refusals() throws {
    let absent = try ask([fleet([entry("jq", presence: "invalid")])]) { $0.validationSets = [Self.key] }
    #expect(absent.error?.code == "invalid-in-validation-set")
    #expect(absent.error?.message.contains("\(TestRoot.brandID)/fleet/1") == true)
    let missing = try ask([fleet([entry("jq", revision: 9)])]) { $0.validationSets = [Self.key] }
    #expect(missing.error?.code == "revision-not-found")
    #expect(missing.name == "jq")
  }

  @Test(
    "asks nothing where the device ignores validation, in the action before the context",
    arguments: [(true, nil, 5), (nil, true, 5), (false, true, 6), (nil, nil, 6)] as [(Bool?, Bool?, Int)])
  func ignored(byAction: Bool?, byContext: Bool?, revision: Int) throws {
    let result = try ask(
      [fleet([entry("jq", revision: 6)])], installed: ["jq": 4], context: [Self.key], ignoresInContext: byContext
    ) { $0.ignoreValidation = byAction }
    #expect(result.snap?.revision?.number == revision)
  }

  @Test("asks nothing by sets that are not here, leave the revision open, or are no sets at all")
  func open() throws {
    let set = try fleet([entry("jq", presence: "optional"), entry("gate")])
    for key in [Self.key, ["16", "nobody", "none", "1"], ["16"], [], ["15"] + Self.key.dropFirst(), Self.key + ["x"]] {
      #expect(try ask([set]) { $0.validationSets = [key] }.snap?.revision?.number == 5, "\(key)")
    }
  }

  @Test("asks nothing by sets that the device may not see, and counts the latest that it may see")
  func hidden() throws {
    let hidden = [
      try fleet(sequence: 2, [entry("jq", revision: 6), entry("secret")]),
      try fleet(sequence: 2, [entry("jq", revision: 9), entry("secret")]),
      try fleet(sequence: 2, [entry("jq", presence: "invalid"), entry("secret")]),
    ]
    let key = Array(Self.key.dropLast())
    for set in hidden {
      for asked in [key + ["2"], key] {
        #expect(try ask([set]) { $0.validationSets = [asked] }.snap?.revision?.number == 5, "\(asked)")
      }
    }
    let sets = [try fleet([entry("jq", revision: 7)]), hidden[0]]
    #expect(try ask(sets) { $0.validationSets = [key] }.snap?.revision?.number == 7)
    let brand = Audience(store: "acme")
    #expect(try ask(sets, audience: brand) { $0.validationSets = [key] }.snap?.revision?.number == 6)
  }

  @Test("counts the newest revision of a set only") func corrected() throws {
    let sets = [try fleet([entry("jq", revision: 6)]), try fleet(revision: 1, [entry("jq", revision: 7)])]
    for order in [sets, sets.reversed()] {
      #expect(try ask(order) { $0.validationSets = [Self.key] }.snap?.revision?.number == 7)
    }
  }

  // MARK: Gating

  private func gate(_ name: String = "gate") throws -> Assertion {
    try root.snapDeclaration(
      name, snapID: SnapFixture.id(name).description,
      extra: ["refresh-control": .list([.text(try SnapFixture.id("jq").description)])])
  }

  private func validation(
    _ revision: Int, by gate: String = "gate", number: Int = 0, isRevoked: Bool = false
  ) throws -> Assertion {
    try root.sign(
      .validation,
      [
        "series": "16", "snap-id": .text(try SnapFixture.id(gate).description),
        "approved-snap-id": .text(try SnapFixture.id("jq").description),
        "approved-snap-revision": .text(String(revision)), "timestamp": TestRoot.timestamp,
        "revoked": isRevoked ? "true" : "false", "revision": .text(String(number)),
      ])
  }

  @Test("offers no revision that an installed gating snap did not accept") func gated() throws {
    let both = ["jq": 4, "gate": 5]
    #expect(try ask([gate()], installed: both) { _ in }.snap?.revision?.number == 4)
    #expect(try ask([gate(), validation(7)], installed: both) { _ in }.snap?.revision?.number == 4)
    #expect(try ask([gate(), validation(5)], installed: both) { _ in }.snap?.revision?.number == 5)
    let revoked = [try gate(), try validation(5), try validation(5, number: 1, isRevoked: true)]
    #expect(try ask(revoked, installed: both) { _ in }.snap?.revision?.number == 4)
    // A snap that is not installed gates nothing, and neither does one whose word the device ignores.
    #expect(try ask([gate()], installed: ["jq": 4]) { _ in }.snap?.revision?.number == 5)
    #expect(try ask([gate()], installed: both) { $0.ignoreValidation = true }.snap?.revision?.number == 5)
  }

  @Test("lets no gating snap count that the device may not see, whatever it says that it has installed")
  func hiddenGate() throws {
    let installed = ["jq": 4, "secret": 5]
    let brand = Audience(store: "acme")
    for assertions in [[try gate("secret")], [try gate("secret"), try validation(7, by: "secret")]] {
      #expect(try ask(assertions, installed: installed) { _ in }.snap?.revision?.number == 5)
      #expect(try ask(assertions, installed: installed, audience: brand) { _ in }.snap?.revision?.number == 4)
    }
    // One that it may see counts beside it.
    let both = [try gate("secret"), try validation(5, by: "secret"), try gate()]
    let three = ["jq": 4, "secret": 5, "gate": 5]
    #expect(try ask(both, installed: three) { _ in }.snap?.revision?.number == 4)
  }
}
