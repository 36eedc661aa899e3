import Foundation
import NIOCore
import ProxyState
import StoreAPI
import StoreModel
import Testing

@testable import ProxyServer

@Suite("Find") struct FindIndexTests {
  private static func shop() -> [SnapFixture] {
    var jq = SnapFixture("jq")
    jq.summary = "Command-line JSON processor"
    jq.categories = ["development"]
    var jqExtra = SnapFixture("jq-extra", channels: ["latest/edge amd64 2"])
    jqExtra.summary = "More for JQ"
    var editor = SnapFixture("editor")
    editor.title = "The Editor"
    editor.description = "Edits JSON, YAML and Käse."
    editor.confinement = .classic
    editor.publisher = "widgets"
    editor.commonIDs = ["org.example.editor"]
    var hidden = SnapFixture("hidden-json")
    hidden.stores = ["brand"]
    return [jq, jqExtra, editor, hidden]
  }

  private func find(
    _ change: (inout FindQuery) -> Void, in shop: [SnapFixture] = shop(), audience: Audience = .anybody
  ) throws -> [String] {
    var query = FindQuery()
    change(&query)
    return try Storefront.of(shop).index.search(query, for: audience).map(\.snap.snap.name.description)
  }

  @Test(
    "finds words in name, title, summary, description and publisher, the most relevant first",
    arguments: [
      ("jq", ["jq", "jq-extra"]), ("JQ", ["jq", "jq-extra"]), ("json", ["jq", "editor"]), ("proces", ["jq"]),
      ("json yaml", ["editor"]), ("käse", ["editor"]), ("widgets", ["editor"]), ("the editor", ["editor"]),
      ("edit", ["editor"]), ("dito", ["editor"]), ("nothing", []), ("jq nothing", []), ("!?", []),
      ("extra jq", ["jq-extra"]),
    ])
  func words(text: String, names: [String]) throws {
    #expect(try find { $0.text = text } == names)
  }

  @Test("finds by prefix of the name, by common id, by category and by confinement")
  func conditions() throws {
    #expect(try find { $0.namePrefix = "jq-" } == ["jq-extra"])
    #expect(try find { $0.commonID = "org.example.editor" } == ["editor"])
    #expect(try find { $0.category = "development" } == ["jq"])
    #expect(try find { $0.category = "nonesuch" } == [])
    #expect(try find { $0.confinements = [.classic] } == ["editor"])
    #expect(try find { $0.confinements = [.strict] } == ["jq", "jq-extra"])
  }

  @Test("finds only what the channel holds for the architecture")
  func channels() throws {
    #expect(try find { $0.channel = .stable } == ["editor", "jq"])
    #expect(try find { $0.channel = Channel(track: nil, risk: .edge) } == ["jq-extra"])
    #expect(try find { $0.architecture = try? Architecture(parsing: "s390x") } == [])
  }

  @Test("takes everything for featured where nothing is marked so")
  func featured() throws {
    #expect(try find { $0.category = FindIndex.featured } == ["editor", "jq", "jq-extra"])
    var shop = Self.shop()
    shop[0].categories = [FindIndex.featured]
    #expect(try find({ $0.category = FindIndex.featured }, in: shop) == ["jq"])
  }

  @Test("takes no notice of what is featured for others only")
  func featuredForOthers() throws {
    var shop = Self.shop()
    shop[3].categories = [FindIndex.featured]
    #expect(try find({ $0.category = FindIndex.featured }, in: shop) == ["editor", "jq", "jq-extra"])
    let brand = Audience(store: "brand")
    #expect(try find({ $0.category = FindIndex.featured }, in: shop, audience: brand) == ["hidden-json"])
  }

  @Test("hides what belongs to another store")
  func audience() throws {
    #expect(try find { $0.text = "hidden" } == [])
    #expect(try find({ $0.text = "hidden" }, audience: Audience(store: "brand")) == ["hidden-json"])
  }

  @Test("answers in the form that devices read")
  func form() throws {
    var query = FindQuery()
    query.text = "editor"
    let hits = try Storefront.of(Self.shop()).index.search(query, for: .anybody)
    let body = FindWriter(fields: FieldSet(naming: ["title", "version", "confinement", "channel"])).body(of: hits)
    let found = try #require(
      try JSONDecoder().decode(FindResponse.self, from: Data(body.readableBytesView)).results.first)
    #expect(found.name.description == "editor")
    #expect(found.snap.title == "The Editor")
    #expect(found.revision.revision?.number == 5)
    #expect(found.revision.version == "5.0")
    #expect(found.revision.confinement == .classic)
    #expect(found.revision.channel == "stable")
    #expect(found.revision.download?.size == 5000)
    #expect(found.revision.download?.url == nil)
  }
}
