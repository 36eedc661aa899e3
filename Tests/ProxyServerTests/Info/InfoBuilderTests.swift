import Foundation
import NIOCore
import ProxyState
import StoreAPI
import StoreModel
import Testing

@testable import ProxyServer

@Suite("Info") struct InfoBuilderTests {
  private func info(
    _ snap: SnapFixture, architecture: String? = "amd64", fields: [String] = SnapDetails.fieldNames
  ) throws -> InfoResponse? {
    let storefront = try Storefront.of([snap])
    let builder = InfoBuilder(
      fields: FieldSet(naming: fields), architecture: try architecture.map { try Architecture(parsing: $0) })
    let prepared = try #require(storefront.snap(try SnapName(parsing: snap.name), for: .anybody))
    guard let body = builder.body(for: prepared) else { return nil }
    return try JSONDecoder().decode(InfoResponse.self, from: Data(body.readableBytesView))
  }

  @Test("lists the channels of one architecture, latest/stable first, without branches")
  func order() throws {
    let snap = SnapFixture(
      "jq",
      channels: [
        "22/stable amd64 11", "latest/edge amd64 9", "latest/stable amd64 5", "latest/edge/fix-1 amd64 10",
        "latest/stable arm64 6", "22/edge all 12",
      ])
    let response = try #require(try info(snap))
    #expect(response.channelMap.map(\.channel.name) == ["stable", "edge", "22/stable", "22/edge"])
    #expect(response.channelMap.map(\.details.revision?.number) == [5, 9, 11, 12])
    let first = try #require(response.channelMap.first)
    #expect(first.channel.track == "latest")
    #expect(first.channel.risk == "stable")
    #expect(first.channel.releasedAt == "2026-01-01T00:00:00Z")
    #expect(first.details.version == "5.0")
    #expect(first.details.download?.size == 5000)
    #expect(response.snap.title == "Jq")
    #expect(response.snap.name == response.name)
    #expect(response.snap.publisher?.username == "acme")
  }

  @Test("lists every architecture where none is named")
  func everyArchitecture() throws {
    let snap = SnapFixture("jq", channels: ["latest/stable amd64 5", "latest/stable arm64 6"])
    #expect(try info(snap, architecture: nil)?.channelMap.count == 2)
  }

  @Test("is nothing where no channel holds anything for the architecture")
  func empty() throws {
    #expect(try info(SnapFixture("jq"), architecture: "s390x") == nil)
    #expect(try info(SnapFixture("jq", channels: ["latest/edge/fix-1 amd64 5"])) == nil)
  }

  @Test("has the channel map whatever the fields are")
  func fields() throws {
    let response = try #require(try info(SnapFixture("jq"), fields: ["channel-map"]))
    #expect(response.channelMap.count == 1)
    #expect(response.channelMap.first?.details.version == nil)
    #expect(response.channelMap.first?.details.download?.url != nil)
    #expect(response.snap.title == nil)
  }

  @Test("serves the icon under the store's own address, and no other pictures")
  func icon() throws {
    var snap = SnapFixture("jq")
    let digest = try snap.snap().revisions.values.map(\.sha3).first
    snap.icon = CatalogueIconFixture.png(try #require(digest))
    let media = try #require(try info(snap)?.snap.media)
    #expect(media.map(\.type) == ["icon"])
    #expect(media.first?.url.hasPrefix("http://store.example/api/v1/icons/") == true)
    #expect(media.first?.url.hasSuffix(".png") == true)
  }
}
