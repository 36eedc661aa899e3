import Assertions
import AssertionsTesting
import Cryptography
import Foundation
import HTTPClient
import ProxyState
import StoreAPI
import StoreModel
import Testing

@testable import ProxyServer

@Suite("Brand stores") struct BrandStoreTests {
  /// The brand's store, with what assertions say of its snap.
  private static func with(
    _ change: @escaping @Sendable (inout TestServer.Options, TestRoot) throws -> Void = { _, _ in },
    _ body: @escaping @Sendable (TestServer, TestRoot) async throws -> Void
  ) async throws {
    let root = try TestRoot()
    try await TestServer.with {
      try $0.offerBrandStore(root)
      $0.assertions += try assertions(root)
      try change(&$0, root)
    } _: { server in
      for snap in try secretAndJQ() { try server.place(try #require(snap.revisions[Revision(5)])) }
      try await body(server, root)
    }
  }

  private static func secretAndJQ() throws -> [CatalogueSnap] {
    [try SnapFixture("secret").snap(), try SnapFixture("jq").snap()]
  }

  private static func assertions(_ root: TestRoot) throws -> [Assertion] {
    try secretAndJQ().flatMap { snap in
      [
        try root.snapDeclaration(snap.name.description, snapID: snap.id.description),
        try root.snapRevision(
          digest: SHA3Digest.of(Array("\(snap.name) 5".utf8)), size: 5000, revision: 5, snapID: snap.id.description),
      ]
    } + [set(root, 1, "jq"), set(root, 2, "secret")]
  }

  private static func set(_ root: TestRoot, _ sequence: Int, _ snap: String) throws -> Assertion {
    try root.sign(
      .validationSet,
      [
        "series": "16", "account-id": .text(TestRoot.brandID), "name": "fleet", "sequence": .text(String(sequence)),
        "snaps": .list([["name": .text(snap), "id": .text(try SnapFixture.id(snap).description)]]),
        "timestamp": TestRoot.timestamp,
      ], by: root.brandKey, of: TestRoot.brandID)
  }

  /// Every way of asking for the brand's snap by GET.
  private static func paths() throws -> [String] {
    let id = try SnapFixture.id("secret").description
    let digest = SHA3Digest.of(Array("secret 5".utf8)).base64URL
    return [
      "/v2/snaps/info/secret", "/api/v1/snaps/download/\(id)_5.snap",
      "/v2/assertions/snap-declaration/16/\(id)?max-format=7", "/v2/assertions/snap-revision/\(digest)?max-format=0",
      "/v2/assertions/validation-set/16/\(TestRoot.brandID)/fleet/2?max-format=0",
      "/v2/assertions/validation-set/16/\(TestRoot.brandID)/fleet?max-format=0&sequence=2",
    ]
  }

  /// How many of all ways show the brand's snap to whoever has the header.
  private static func sightings(_ server: TestServer, _ header: (String, String)?) async throws -> [String] {
    let headers = [header].compactMap(\.self)
    var seen: [String] = []
    for path in try paths() {
      let response = try await server.get(path, headers: headers)
      if response.status == 200 { seen.append(path) } else { #expect(response.status == 404, "\(path)") }
    }
    for path in ["/v2/snaps/find?q=secret", "/api/v1/snaps/names"] {
      let text = try await server.get(path, headers: headers).text
      #expect(text.contains("\"core\"") || path.contains("find"))
      if text.contains("\"secret\"") { seen.append(path) }
    }
    for path in ["/v2/snaps/categories", "/api/v1/snaps/sections"] {
      if try await server.get(path, headers: headers).text.contains("vault") { seen.append(path) }
    }
    let latest = try await server.get(
      "/v2/assertions/validation-set/16/\(TestRoot.brandID)/fleet?max-format=0&sequence=latest", headers: headers)
    if latest.text.contains("sequence: 2") { seen.append("latest") } else { #expect(latest.status == 200) }
    let refresh = try await server.post("/v2/snaps/refresh", try refreshBody(), headers: headers)
    let results = try JSONDecoder().decode(RefreshResponse.self, from: Data(refresh.body)).results
    #expect(results.count == 4)
    #expect(results[3].assertionStreamURLs?.contains { $0.contains("account/") } == true)
    for (index, result) in results.enumerated() where result.snap != nil { seen.append("refresh \(index)") }
    if results[3].assertionStreamURLs?.contains(where: { $0.contains("snap-declaration") }) == true {
      seen.append("fetch-assertions")
    }
    return seen
  }

  private static func refreshBody() throws -> String {
    let id = try SnapFixture.id("secret")
    return """
      {"context":[{"snap-id":"\(id)","instance-key":"a","revision":4,"tracking-channel":"latest/stable"}],
       "actions":[{"action":"refresh","instance-key":"a","snap-id":"\(id)"},
        {"action":"install","instance-key":"b","name":"secret","channel":"stable"},
        {"action":"download","instance-key":"c","snap-id":"\(id)","revision":5},
        {"action":"fetch-assertions","key":"g","assertions":[
          {"type":"account","primary-key":["\(TestRoot.brandID)"]},
          {"type":"snap-declaration","primary-key":["16","\(id)"]}]}]}
      """
  }

  /// Ways of ``sightings(_:_:)``.
  private static let ways = 6 + 2 + 2 + 1 + 3 + 1

  @Test("shows a brand's snap, and what is said of it, to devices of its store only")
  func visibility() async throws {
    try await Self.with { server, root in
      let session = try await DeviceFixture(root: root).session(at: server)
      let seen = try await Self.sightings(server, session)
      #expect(seen.count == Self.ways, "\(seen)")
      #expect(try await Self.sightings(server, nil) == [])
    }
  }

  @Test("lets no cache on the way keep a brand's file, and gives it to no guess of its address")
  func downloads() async throws {
    try await Self.with { server, root in
      let path = "/api/v1/snaps/download/\(try SnapFixture.id("secret"))_5.snap"
      let session = try await DeviceFixture(root: root).session(at: server)
      let file = try await server.get(path, headers: [session])
      #expect(file.status == 200)
      #expect(file.headers["cache-control"]?.contains("public") == false)
      for method in ["GET", "HEAD"] {
        let guess = try await server.get(path, method: method)
        #expect(guess.status == 404)
        #expect(guess.headers["etag"] == nil)
      }
      let resumed = try await server.get(path, headers: [("Range", "bytes=10-")])
      #expect(resumed.status == 404)
      // Neither does the store's own answer differ from that of a snap that never was.
      let other = try await server.get("/api/v1/snaps/download/\(try SnapFixture.id("nosuch"))_5.snap")
      #expect(other.status == 404)
      #expect(other.text.count - "nosuch".count == (try await server.get(path).text.count) - "secret".count)
    }
  }

  @Test("shows what a brand's store includes of the global one to everybody")
  func included() async throws {
    try await Self.with { server, root in
      let session = try await DeviceFixture(root: root).session(at: server)
      for headers in [[], [session]] {
        for name in ["core", "jq"] {
          let info = try await server.get("/v2/snaps/info/\(name)", headers: headers)
          #expect(info.status == 200)
        }
      }
    }
  }

  @Test("shows a snap of the parent that the device view does not include to devices of the parent only")
  func notIncluded() async throws {
    let parent = "brand-base"
    try await Self.with { options, _ in
      options.snaps[0].stores = [parent]
      options.stores[0].parent = try StoreID(parsing: parent)
      options.stores.append(try DeviceFixture.store(parent))
    } _: { server, root in
      #expect(try await Self.sightings(server, DeviceFixture(root: root).session(at: server)) == [])
      let device = DeviceFixture(root: root, model: try root.model(store: parent))
      #expect(try await Self.sightings(server, device.session(at: server)).count == Self.ways)
    }
  }

  @Test("believes a model that names another brand's store no word of it")
  func otherBrand() async throws {
    try await Self.with {
      $0.stores = [try DeviceFixture.store(DeviceFixture.store, brand: "other-brand")]
      _ = $1
    } _: { server, root in
      let session = try await DeviceFixture(root: root).session(at: server)
      #expect(try await Self.sightings(server, session) == [])
    }
  }

  @Test("shows a brand's snaps to no device before the store is imported, and to those with a session right after")
  func imports() async throws {
    try await Self.with {
      $0.stores = []
      _ = $1
    } _: { server, root in
      let session = try await DeviceFixture(root: root).session(at: server)
      #expect(try await Self.sightings(server, session) == [])
      var options = TestServer.Options()
      try options.offerBrandStore(root)
      server.changes.yield(
        .catalogue(
          Catalogue(generation: 2, snaps: try options.snaps.map { try $0.snap() }, stores: options.stores)))
      var status = 404
      for _ in 0..<2000 where status == 404 {
        status = try await server.get("/v2/snaps/info/secret", headers: [session]).status
      }
      #expect(status == 200)
    }
  }

  @Test("keeps to itself what assertions say of a brand's snap that is only declared, or was removed")
  func declared() throws {
    let root = try TestRoot()
    let id = try SnapFixture.id("secret")
    let catalogue = Catalogue(generation: 1, snaps: [], listings: [id: [DeviceFixture.store]])
    let library = AssertionLibrary(
      [try root.snapDeclaration("secret", snapID: id.description)], listing: catalogue.listing(of:))
    let key = ["16", id.description]
    #expect(library.find(type: "snap-declaration", key: key, maxFormat: 0) == nil)
    let brand = Audience(store: DeviceFixture.store)
    #expect(library.find(type: "snap-declaration", key: key, maxFormat: 0, for: brand) != nil)
    #expect(library.find(type: "snap-declaration", key: key, maxFormat: 0, for: Audience(store: "other")) == nil)
  }

  @Test(
    "keeps to itself a model that names a brand's snap, by its identity or by its name",
    arguments: [
      ["gadget": "secret=22"], ["kernel": "secret"], ["required-snaps": ["jq", "secret"]],
      ["snaps": [["name": "secret", "type": "app"]]],
      ["snaps": [["name": "secret", "type": "app", "id": "secret00000000000000000000000000"]]],
    ] as [[String: HeaderValue]])
  func models(headers: [String: HeaderValue]) throws {
    let root = try TestRoot()
    let id = try SnapFixture.id("secret")
    let library = AssertionLibrary(
      [
        try root.snapDeclaration("secret", snapID: id.description), try root.model(extra: headers),
        try root.model("switch", extra: ["required-snaps": ["jq"]]),
      ]
    ) { $0 == id ? [DeviceFixture.store] : nil }
    func isSeen(_ model: String, by audience: Audience) -> Bool {
      library.find(type: "model", key: ["16", TestRoot.brandID, model], maxFormat: nil, for: audience) != nil
    }
    #expect(!isSeen("router", by: .anybody) && isSeen("switch", by: .anybody))
    #expect(isSeen("router", by: Audience(store: DeviceFixture.store)))
  }
}
