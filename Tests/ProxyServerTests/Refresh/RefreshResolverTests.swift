import Foundation
import NIOCore
import StoreAPI
import StoreModel
import Testing

@testable import ProxyServer

@Suite("Refresh") struct RefreshResolverTests {
  /// Asks, and reads the answer as a client would.
  private func ask(
    _ snaps: [SnapFixture], _ request: RefreshRequest, architecture: String = "amd64", audience: Audience = .anybody
  ) throws -> [RefreshResult] {
    var resolver = RefreshResolver(
      storefront: try .of(snaps), audience: audience, architecture: try Architecture(parsing: architecture))
    var writer = RefreshWriter(fields: request.fields)
    let body = try writer.body(of: request, by: &resolver)
    return try JSONDecoder().decode(RefreshResponse.self, from: Data(body.readableBytesView)).results
  }

  private func install(
    _ name: String, channel: String? = nil, revision: Int? = nil, kind: String = "install"
  ) -> RefreshRequest {
    var action = RefreshAction(action: kind)
    action.instanceKey = "\(kind)-1"
    action.name = name
    action.channel = channel
    action.revision = revision
    return RefreshRequest(context: [], actions: [action], fields: nil)
  }

  private func refresh(
    _ name: String, installed: Int, tracking: String = "latest/stable", channel: String? = nil, revision: Int? = nil,
    epoch: Epoch = .zero
  ) throws -> RefreshRequest {
    let id = try SnapFixture.id(name).description
    var action = RefreshAction(action: "refresh")
    action.instanceKey = "key of \(name)"
    action.snapID = id
    action.channel = channel
    action.revision = revision
    let snap = InstalledSnap(
      snapID: id, instanceKey: "key of \(name)", revision: installed, trackingChannel: tracking, epoch: epoch)
    return RefreshRequest(context: [snap], actions: [action], fields: nil)
  }

  private static let tracks = [
    "latest/stable amd64 5", "latest/beta amd64 7", "latest/edge/fix-1 amd64 9", "22/stable amd64 11",
    "22/candidate arm64 12", "latest/stable arm64 6",
  ]

  @Test(
    "answers with what the channel or the next safer one holds",
    arguments: [
      (nil, 5, "latest/stable"), ("stable", 5, "latest/stable"), ("latest/stable", 5, "latest/stable"),
      ("candidate", 5, "latest/stable"), ("beta", 7, "latest/beta"), ("edge", 7, "latest/beta"),
      ("edge/fix-1", 9, "latest/edge/fix-1"), ("latest/edge/fix-1", 9, "latest/edge/fix-1"),
      ("edge/gone", 7, "latest/beta"), ("22", 11, "22/stable"), ("22/edge", 11, "22/stable"),
    ] as [(String?, Int, String)])
  func fallsBack(channel: String?, revision: Int, effective: String) throws {
    let result = try #require(
      try ask([SnapFixture("jq", channels: Self.tracks)], install("jq", channel: channel)).first)
    #expect(result.result == "install")
    #expect(result.instanceKey == "install-1")
    #expect(result.name == "jq")
    #expect(result.snap?.revision?.number == revision)
    #expect(result.effectiveChannel == effective)
  }

  @Test("tells the architecture's own revision")
  func architectures() throws {
    let snaps = [SnapFixture("jq", channels: Self.tracks)]
    #expect(try ask(snaps, install("jq"), architecture: "arm64").first?.snap?.revision?.number == 6)
    #expect(
      try ask(snaps, install("jq", channel: "22/edge"), architecture: "arm64").first?.snap?.revision?.number == 12)
  }

  @Test("gives a revision for all to every device")
  func all() throws {
    let snaps = [SnapFixture("jq", channels: ["latest/stable all 3"])]
    for architecture in ["amd64", "riscv64"] {
      #expect(try ask(snaps, install("jq"), architecture: architecture).first?.snap?.revision?.number == 3)
    }
  }

  @Test(
    "says which channels there are where nothing is in the one that was asked for",
    arguments: [("24/stable", "amd64"), ("stable", "s390x"), ("not a channel", "amd64")])
  func notReleased(channel: String, architecture: String) throws {
    let snaps = [SnapFixture("jq", channels: Self.tracks)]
    let result = try #require(try ask(snaps, install("jq", channel: channel), architecture: architecture).first)
    #expect(result.result == "error")
    #expect(result.name == "jq")
    #expect(result.error?.code == "revision-not-found")
    let releases = try #require(result.error?.extra?.releases)
    #expect(releases.count == Self.tracks.count)
    #expect(releases.contains(RefreshError.Release(architecture: .amd64, channel: "latest/stable")))
    #expect(releases.contains(RefreshError.Release(architecture: .amd64, channel: "latest/edge/fix-1")))
  }

  @Test("says what it does not know, by name and by id, and answers the rest")
  func unknown() throws {
    var request = install("nosuch")
    request.actions += try refresh("gone", installed: 1).actions + install("jq").actions
    let results = try ask([SnapFixture("jq")], request)
    #expect(results.map(\.result) == ["error", "error", "install"])
    #expect(results.map(\.error?.code) == ["name-not-found", "id-not-found", nil])
    #expect(results.map(\.name) == ["nosuch", nil, "jq"])
    #expect(results[1].snapID == (try SnapFixture.id("gone").description))
  }

  @Test("answers any other action with an error of its own")
  func unsupported() throws {
    var action = RefreshAction(action: "enforce")
    action.instanceKey = "e-1"
    let request = RefreshRequest(context: [], actions: [action], fields: nil)
    #expect(try ask([], request).first?.error?.code == "unsupported-action")
  }

  @Test(
    "gives a revision by number only if it was ever released, here and for the architecture",
    arguments: [(5, true), (2, true), (3, false), (4, false), (99, false), (0, false)])
  func byRevision(number: Int, isThere: Bool) throws {
    var snap = SnapFixture("jq")
    snap.formerly = ["2 amd64", "4 arm64"]
    snap.unreleased = ["3 amd64"]
    let result = try #require(try ask([snap], install("jq", revision: number, kind: "download")).first)
    #expect(result.result == (isThere ? "download" : "error"))
    #expect(result.snap?.revision?.number == (isThere ? number : nil))
    #expect(result.error?.code == (isThere ? nil : "revision-not-found"))
  }

  @Test(
    "names no channel where a revision is asked for by number, even beside a channel",
    arguments: [
      ("install", nil), ("install", "22/edge"), ("download", "stable"), ("refresh", nil), ("refresh", "edge"),
    ]
      as [(String, String?)])
  func revisionAndChannel(kind: String, channel: String?) throws {
    let snaps = [SnapFixture("jq", channels: Self.tracks)]
    let request =
      kind == "refresh"
      ? try refresh("jq", installed: 5, tracking: "latest/candidate", channel: channel, revision: 7)
      : install("jq", channel: channel, revision: 7, kind: kind)
    let result = try #require(try ask(snaps, request).first)
    #expect(result.result == kind)
    #expect(result.snap?.revision?.number == 7)
    #expect(result.effectiveChannel == nil)
    #expect(result.releasedAt == nil)
  }

  @Test(
    "refreshes forward only, unless the channel is switched or the revision named",
    arguments: [
      (3, "latest/stable", nil, nil, 5), (5, "latest/stable", nil, nil, 5), (7, "latest/beta", nil, nil, 7),
      // Ahead of us: "no update", whether or not we hold what is installed.
      (7, "latest/stable", nil, nil, 7), (8, "stable", nil, nil, 8), (8, "stable", "latest/stable", nil, 8),
      // Somebody decided.
      (7, "latest/beta", "stable", nil, 5), (8, "latest/edge", "latest/stable", nil, 5),
      (7, "latest/beta", nil, 5, 5),
      // What was installed from a file has a revision of its own.
      (-1, "latest/stable", nil, nil, 5),
    ] as [(Int, String, String?, Int?, Int)])
  func forward(installed: Int, tracking: String, channel: String?, revision: Int?, expected: Int) throws {
    let request = try refresh("jq", installed: installed, tracking: tracking, channel: channel, revision: revision)
    let result = try #require(try ask([SnapFixture("jq", channels: Self.tracks)], request).first)
    #expect(result.result == "refresh")
    #expect(result.instanceKey == "key of jq")
    #expect(result.snap?.revision?.number == expected)
    #expect(result.snap?.name?.description == "jq")
  }

  @Test("offers no revision that cannot read the data of the installed one")
  func epochs() throws {
    var snap = SnapFixture("jq", channels: ["latest/stable amd64 5", "latest/edge amd64 6"])
    snap.epochs = [5: Epoch(read: [1], write: [1]), 6: Epoch(read: [0, 1], write: [1])]
    #expect(try ask([snap], refresh("jq", installed: 3)).first?.snap?.revision?.number == 3)
    #expect(try ask([snap], refresh("jq", installed: 3, tracking: "edge")).first?.snap?.revision?.number == 6)
    let newer = try refresh("jq", installed: 3, epoch: Epoch(read: [1], write: [1]))
    #expect(try ask([snap], newer).first?.snap?.revision?.number == 5)
    var amend = install("jq")
    amend.actions[0].epoch = .zero
    #expect(try ask([snap], amend).first?.error?.code == "revision-not-found")
  }

  @Test("answers parallel instances of one snap each under its own key")
  func instances() throws {
    var request = try refresh("jq", installed: 3)
    var second = try refresh("jq", installed: 5)
    second.actions[0].instanceKey = "id:\"quoted\"\n"
    second.context[0].instanceKey = "id:\"quoted\"\n"
    request.actions += second.actions
    request.context += second.context
    let results = try ask([SnapFixture("jq")], request)
    #expect(results.map(\.instanceKey) == ["key of jq", "id:\"quoted\"\n"])
    #expect(results.allSatisfy { $0.snap?.revision?.number == 5 })
  }

  @Test("sends the wanted members, and name, id, revision and file always")
  func fields() throws {
    var request = install("jq")
    request.fields = ["title", "version", "no-such-member"]
    let snap = try #require(try ask([SnapFixture("jq")], request).first?.snap)
    #expect(snap.title == "Jq")
    #expect(snap.version == "5.0")
    #expect(snap.summary == nil)
    #expect(snap.base == nil)
    #expect(snap.name?.description == "jq")
    #expect(snap.snapID == (try SnapFixture.id("jq")))
    #expect(snap.revision?.number == 5)
    let id = try SnapFixture.id("jq")
    #expect(snap.download?.url == "http://store.example/api/v1/snaps/download/\(id)_5.snap")
    #expect(snap.download?.size == 5000)
    request.fields = SnapDetails.fieldNames
    let everything = try #require(try ask([SnapFixture("jq")], request).first?.snap)
    #expect(everything.summary == "A snap")
    #expect(everything.snapYAML == "name: jq\nversion: '5.0'\n")
    #expect(everything.prices == [:])
  }

  @Test("hides what belongs to another store, without a difference to what does not exist")
  func audience() throws {
    var secret = SnapFixture("secret")
    secret.stores = ["brand-store"]
    #expect(try ask([secret], install("secret")).first?.error?.code == "name-not-found")
    #expect(try ask([secret], refresh("secret", installed: 1)).first?.error?.code == "id-not-found")
    let brand = Audience(store: "brand-store")
    #expect(try ask([secret], install("secret"), audience: brand).first?.snap?.revision?.number == 5)
  }
}
