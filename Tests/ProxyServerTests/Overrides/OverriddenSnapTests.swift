import Foundation
import NIOCore
import ProxyState
import StoreAPI
import StoreModel
import Testing

@testable import ProxyServer

@Suite("Overridden snaps") struct OverriddenSnapTests {
  private static let channels = [
    "latest/stable amd64 5", "latest/edge amd64 9", "latest/edge/fix-1 amd64 10", "22/stable amd64 11",
    "latest/stable arm64 6",
  ]

  /// - Parameter pins: `<channel> <architecture> <revision>`.
  private func storefront(_ pins: [String], unreleased: [String] = ["3 amd64", "4 arm64"]) throws -> Storefront {
    var fixture = SnapFixture("jq", channels: Self.channels)
    fixture.unreleased = unreleased
    let snap = try fixture.snap()
    let overrides = try pins.map { pin in
      let words = pin.split(separator: " ").map(String.init)
      return SnapOverride(
        id: snap.id, name: snap.name,
        slot: ReleaseSlot(
          channel: try Channel(parsing: words[0]), architecture: try Architecture(parsing: words[1])),
        revision: try Revision(parsing: words[2]), since: Date(timeIntervalSince1970: 1_767_225_600), actor: "becky")
    }
    return try Storefront(
      Catalogue(generation: 1, snaps: [snap], overrides: overrides), assertions: .empty,
      identity: StoreIdentity(storeID: nil, address: try StoreAddress("http://store.example")))
  }

  private func ask(
    _ pins: [String], _ action: String, channel: String? = nil, revision: Int? = nil, installed: Int? = nil,
    tracking: String = "latest/stable", architecture: String = "amd64"
  ) throws -> RefreshResult {
    var wanted = RefreshAction(action: action)
    wanted.instanceKey = "key"
    wanted.channel = channel
    wanted.revision = revision
    var context: [InstalledSnap] = []
    if let installed {
      wanted.snapID = try SnapFixture.id("jq").description
      context = [
        InstalledSnap(
          snapID: try SnapFixture.id("jq").description, instanceKey: "key", revision: installed,
          trackingChannel: tracking)
      ]
    } else {
      wanted.name = "jq"
    }
    var resolver = RefreshResolver(
      storefront: try storefront(pins), audience: .anybody, architecture: try Architecture(parsing: architecture))
    var writer = RefreshWriter(fields: nil)
    let body = try writer.body(
      of: RefreshRequest(context: context, actions: [wanted], fields: nil), by: &resolver)
    return try #require(
      try JSONDecoder().decode(RefreshResponse.self, from: Data(body.readableBytesView)).results.first)
  }

  @Test(
    "give the pinned revision for install, download and refresh",
    arguments: [
      ("install", nil, nil), ("download", "stable", nil), ("refresh", nil, 5), ("refresh", "stable", 5),
      // A device that is ahead of the pin is set back: the operator means it.
      ("refresh", nil, 9),
    ] as [(String, String?, Int?)])
  func pinned(action: String, channel: String?, installed: Int?) throws {
    let result = try ask(["stable amd64 3"], action, channel: channel, installed: installed)
    #expect(result.result == action)
    #expect(result.snap?.revision?.number == 3)
    #expect(result.effectiveChannel == "latest/stable")
  }

  @Test(
    "give it on every way into the channel, and nowhere else",
    arguments: [
      // Closed channels fall back to the pinned one, and one that is pinned is not closed.
      (["stable amd64 3"], "candidate", "amd64", 3), (["beta amd64 3"], "beta", "amd64", 3),
      (["beta amd64 3"], "candidate", "amd64", 5), (["stable amd64 3"], "edge", "amd64", 9),
      // Branches, tracks and architectures have their own.
      (["edge amd64 3"], "edge/fix-1", "amd64", 10), (["edge/fix-1 amd64 3"], "edge/fix-1", "amd64", 3),
      (["edge amd64 3"], "edge/gone", "amd64", 3), (["22 amd64 3"], "22/edge", "amd64", 3),
      (["stable amd64 3"], "22", "amd64", 11), (["stable amd64 3"], "stable", "arm64", 6),
      (["stable arm64 4", "stable amd64 3"], "stable", "arm64", 4),
    ])
  func places(pins: [String], channel: String, architecture: String, revision: Int) throws {
    let result = try ask(pins, "install", channel: channel, architecture: architecture)
    #expect(result.snap?.revision?.number == revision)
  }

  @Test("never change what is asked for by its number", arguments: ["install", "download"])
  func byNumber(action: String) throws {
    #expect(try ask(["stable amd64 3"], action, revision: 9).snap?.revision?.number == 9)
    #expect(try ask(["stable amd64 3"], "refresh", revision: 9, installed: 5).snap?.revision?.number == 9)
  }

  @Test("one architecture's own goes before one for all")
  func all() throws {
    #expect(try ask(["stable all 3"], "install").snap?.revision?.number == 3)
    #expect(try ask(["stable all 5", "stable amd64 3"], "install").snap?.revision?.number == 3)
  }

  @Test("whose revision was removed give a clear error, and no other revision")
  func missing() throws {
    let result = try ask(["stable amd64 77"], "install")
    #expect(result.result == "error")
    #expect(result.error?.code == "revision-not-found")
    #expect(result.error?.message.contains("77") == true)
    #expect(result.error?.message.contains("override") == true)
  }

  @Test("show in info as devices get them")
  func info() throws {
    let snap = try #require(
      try storefront(["stable amd64 3", "beta amd64 5"]).snap(try SnapName(parsing: "jq"), for: .anybody))
    let body = try #require(
      InfoBuilder(fields: FieldSet(list: "revision"), architecture: try Architecture(parsing: "amd64")).body(for: snap))
    let info = try JSONDecoder().decode(InfoResponse.self, from: Data(body.readableBytesView))
    let shown = info.channelMap.map { "\($0.channel.name) \($0.details.revision?.number ?? 0)" }
    #expect(shown == ["stable 3", "beta 5", "edge 9", "22/stable 11"])
  }

  @Test("for all and for one architecture show once in info")
  func infoOfAll() throws {
    let snap = try #require(
      try storefront(["stable all 5", "stable amd64 3"]).snap(try SnapName(parsing: "jq"), for: .anybody))
    let body = try #require(
      InfoBuilder(fields: FieldSet(list: "revision"), architecture: try Architecture(parsing: "amd64")).body(for: snap))
    let info = try JSONDecoder().decode(InfoResponse.self, from: Data(body.readableBytesView))
    #expect(info.channelMap.filter { $0.channel.name == "stable" }.map { $0.details.revision?.number } == [3])
  }

  @Test("stay another brand's secret when they are removed and their overrides stay") func removed() throws {
    let pin = try #require(try storefront(["latest/stable amd64 3"]).snaps.values.first?.overrides.first)
    func gone(listedBy stores: Set<String>?) throws -> Storefront {
      let listings = stores.map { [pin.id: $0] } ?? [:]
      return try Storefront(
        Catalogue(generation: 1, snaps: [], overrides: [pin], listings: listings), assertions: .empty,
        identity: StoreIdentity(storeID: nil, address: try StoreAddress("http://store.example")))
    }
    let (acme, emca) = (Audience(store: "acme-devices"), Audience(store: "emca-devices"))
    let theirs = try gone(listedBy: ["emca-devices"])
    #expect(theirs.hides(pin.name, from: acme) && !theirs.hides(pin.name, from: emca))
    // What was for everybody is forgotten with the snap.
    for stores in [nil, ["ubuntu"]] as [Set<String>?] {
      #expect(try !gone(listedBy: stores).hides(pin.name, from: acme))
    }
  }
}
