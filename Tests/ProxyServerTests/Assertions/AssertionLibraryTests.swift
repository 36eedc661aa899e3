import Assertions
import AssertionsTesting
import Cryptography
import HTTPClient
import StoreAPI
import Testing

@testable import ProxyServer

@Suite("Assertions on offer") struct AssertionLibraryTests {
  private static let snapID = "SampleSnapIdentityOf32Letters123"

  private static func declaration(_ root: TestRoot, format: Int, revision: Int) throws -> Assertion {
    try root.sign(
      .snapDeclaration,
      [
        "series": "16", "snap-id": .text(snapID), "snap-name": "jq", "publisher-id": "acme-root",
        "timestamp": TestRoot.timestamp,
      ], extra: ["format": .text(String(format)), "revision": .text(String(revision))])
  }

  private static func set(_ root: TestRoot, sequence: Int, revision: Int = 0) throws -> Assertion {
    try root.sign(
      .validationSet,
      [
        "series": "16", "account-id": .text(TestRoot.brandID), "name": "base", "sequence": .text(String(sequence)),
        "snaps": .list([]), "timestamp": TestRoot.timestamp,
      ], extra: ["revision": .text(String(revision))], by: root.brandKey, of: TestRoot.brandID)
  }

  private static func library() throws -> (AssertionLibrary, TestRoot) {
    let root = try TestRoot()
    let revision = try root.sign(
      .snapRevision,
      [
        "snap-sha3-384": .text(root.rootKey.id.base64URL), "snap-id": .text(snapID), "snap-size": "1",
        "snap-revision": "5", "developer-id": "acme-root", "timestamp": TestRoot.timestamp,
      ])
    let library = AssertionLibrary(
      try root.chain(forStore: "Store1") + [
        try declaration(root, format: 1, revision: 3), try declaration(root, format: 6, revision: 4),
        try declaration(root, format: 1, revision: 2), revision, try set(root, sequence: 2),
        try set(root, sequence: 10, revision: 1), try set(root, sequence: 9),
      ])
    return (library, root)
  }

  @Test(
    "gives the highest format that the client understands, in its newest revision",
    arguments: [(0, nil), (1, 3), (5, 3), (6, 4), (7, 4), (nil, 4)] as [(Int?, Int?)])
  func formats(maxFormat: Int?, revision: Int?) throws {
    let found = try Self.library().0.find(
      type: "snap-declaration", key: ["16", Self.snapID], maxFormat: maxFormat)
    #expect(found?.revision == revision)
  }

  @Test("fills in what may be left out of a key, and leaves it out of URLs")
  func defaults() throws {
    let (library, root) = try Self.library()
    let digest = root.rootKey.id.base64URL
    for key in [[digest], [digest, "global-upload"]] {
      let found = try #require(library.find(type: "snap-revision", key: key, maxFormat: 0))
      #expect(found.shortKey == [digest])
    }
    #expect(library.find(type: "snap-revision", key: [digest, "other"], maxFormat: 0) == nil)
    #expect(library.find(type: "snap-revision", key: [], maxFormat: 0) == nil)
    #expect(library.find(type: "no-such-type", key: [digest], maxFormat: 0) == nil)
  }

  @Test("counts sequences as numbers")
  func sequences() throws {
    let library = try Self.library().0
    let latest = library.latest(type: "validation-set", sequence: ["16", TestRoot.brandID, "base"], maxFormat: 0)
    #expect(latest?.point == 10)
    #expect(latest?.assertion.shortKey.last == "10")
    #expect(library.latest(type: "validation-set", sequence: ["16", TestRoot.brandID, "x"], maxFormat: 0) == nil)
    #expect(library.latest(type: "account", sequence: [], maxFormat: 0) == nil)
  }

  @Test("streams a store with what it stands on, without the root")
  func storeStream() throws {
    let (library, root) = try Self.library()
    let stream = try #require(StoreStream.encoded(for: "Store1", in: library))
    let assertions = try Assertion.decodeStream(stream)
    // The operator is the root's own account here, and the device has that built in.
    #expect(assertions.map(\.type.name) == ["account-key", "store"])
    #expect(assertions.first?.identity.primaryKey == [root.storeKey.id.base64URL])
    #expect(StoreStream.encoded(for: "Other", in: library) == nil)
  }

  @Test("streams an operator of its own with the store")
  func operatorStream() throws {
    let root = try TestRoot()
    let library = AssertionLibrary(
      try root.foundation() + [root.account("operator"), root.store("S", operatorID: "operator")])
    let stream = try #require(StoreStream.encoded(for: "S", in: library))
    var verifier = AssertionVerifier(roots: root.roots)
    try verifier.verify(Assertion.decodeStream(stream) + root.foundation())
    let types = try Assertion.decodeStream(stream).map(\.type.name)
    #expect(types.sorted() == ["account", "account-key", "store"])
    #expect(types.last == "store")
  }

  // MARK: fetch-assertions

  private func fetch(_ wanted: [WantedAssertion]) throws -> RefreshResult {
    var action = RefreshAction(action: "fetch-assertions")
    action.key = "group"
    action.assertions = wanted
    let fetch = AssertionFetch(
      library: try Self.library().0, audience: .anybody, address: try StoreAddress("http://store.example"),
      maxFormats: ["snap-declaration": 5])
    return fetch.result(of: action)
  }

  @Test(
    "says where to get what is newer, and nothing of what is not",
    arguments: [(nil, true), (2, true), (3, false), (9, false)] as [(Int?, Bool)])
  func newer(known: Int?, isNewer: Bool) throws {
    let wanted = WantedAssertion(type: "snap-declaration", primaryKey: ["16", Self.snapID], ifNewerThan: known)
    let result = try fetch([wanted])
    #expect(result.result == "fetch-assertions")
    #expect(result.key == "group")
    let url = "http://store.example/v2/assertions/snap-declaration/16/\(Self.snapID)?max-format=5"
    #expect(result.assertionStreamURLs == (isNewer ? [url] : []))
    #expect(result.errorList == nil)
  }

  @Test("names what it does not have, with type and key")
  func notFound() throws {
    let result = try fetch([
      WantedAssertion(type: "account", primaryKey: ["nobody"], ifNewerThan: 1),
      WantedAssertion(type: "account", primaryKey: ["acme-root"]),
    ])
    #expect(result.errorList?.map(\.code) == ["not-found"])
    #expect(result.errorList?.first?.type == "account")
    #expect(result.errorList?.first?.primaryKey == ["nobody"])
  }

  @Test(
    "finds points of a sequence",
    arguments: [
      // Pinned; latest; at least; at least, known in that revision; device ahead of us.
      (2, nil, nil, "2"), (nil, nil, nil, "10"), (nil, 9, nil, "10"), (nil, 9, 0, "10"), (nil, 10, 0, "10"),
      (nil, 10, 1, nil), (nil, 11, 0, nil), (2, nil, 0, nil), (2, nil, -1, "2"),
    ] as [(Int?, Int?, Int?, String?)])
  func points(sequence: Int?, atLeast: Int?, known: Int?, point: String?) throws {
    var wanted = WantedAssertion(type: "validation-set", primaryKey: [], ifNewerThan: known)
    wanted.primaryKey = nil
    wanted.sequenceKey = ["16", TestRoot.brandID, "base"]
    wanted.sequence = sequence
    wanted.ifSequenceEqualOrNewerThan = atLeast
    let result = try fetch([wanted])
    let url = point.map {
      "http://store.example/v2/assertions/validation-set/16/\(TestRoot.brandID)/base/\($0)?max-format=0"
    }
    #expect(result.assertionStreamURLs == (url.map { [$0] } ?? []))
    #expect(result.errorList == nil)
  }

  @Test("names sequences that it does not have, or not so far as is needed")
  func sequenceNotFound() throws {
    for (name, atLeast) in [("nonesuch", nil), ("base", 11)] as [(String, Int?)] {
      var wanted = WantedAssertion(type: "validation-set", primaryKey: [])
      wanted.primaryKey = nil
      wanted.sequenceKey = ["16", TestRoot.brandID, name]
      wanted.ifSequenceEqualOrNewerThan = atLeast
      let error = try #require(try fetch([wanted]).errorList?.first)
      #expect(error.sequenceKey == wanted.sequenceKey)
    }
  }

  @Test("serves assertions over HTTP by every form of their path")
  func paths() async throws {
    let root = try TestRoot()
    let email = "a+b@example.com"
    let user = try root.sign(
      .systemUser,
      [
        "brand-id": .text(TestRoot.brandID), "email": .text(email), "series": .list(["16"]),
        "models": .list(["router"]), "name": "A", "username": "a", "password": "$6$salt$hash",
        "since": TestRoot.timestamp, "until": "2030-01-01T00:00:00Z",
      ], by: root.brandKey, of: TestRoot.brandID)
    let (two, ten) = (try Self.set(root, sequence: 2), try Self.set(root, sequence: 10))
    try await TestServer.with {
      $0.assertions = try root.chain(forStore: "Store1") + [user, two, ten]
      $0.storeID = "Store1"
    } _: { server in
      let base = "/v2/assertions/validation-set/16/\(TestRoot.brandID)/base"
      for (path, encoded) in [
        ("\(base)?max-format=0&sequence=latest", ten.encoded), ("\(base)?max-format=0&sequence=2", two.encoded),
        ("\(base)/2?max-format=0", two.encoded),
        ("/v2/assertions/system-user/\(TestRoot.brandID)/a%2Bb%40example.com?max-format=2", user.encoded),
        ("/v2/assertions/system-user/\(TestRoot.brandID)/\(email)?max-format=2", user.encoded),
      ] {
        let response = try await server.get(path)
        #expect(response.status == 200, "\(path)")
        #expect(response.body == encoded, "\(path)")
        #expect(response.headers["content-type"] == "application/x.ubuntu.assertion")
      }
      for path in ["\(base)?sequence=3", "\(base)", "\(base)?sequence=x", "/v2/assertions/account", "/v2/assertions/"] {
        let response = try await server.get(path)
        #expect(response.status == 404, "\(path)")
        #expect(response.headers["content-type"] == "application/json")
      }
      let stream = try await server.get("/v2/auth/store/assertions")
      #expect(stream.status == 200)
      #expect(try Assertion.decodeStream(stream.body).last?.type == .store)
    }
  }
}
