import Assertions
import Foundation
import HTTPClient
import StoreAPI
import StoreModel
import StoreSimulator
import Testing

@Suite("Devices API of the simulator") struct DeviceAPITests {
  @Test("info has the open channels of every architecture, and no branch") func info() async throws {
    try await SimulatorFixture.with { store in
      let all = try await info(of: "hello", store)
      let places = all.channelMap.map {
        "\($0.channel.name) \($0.channel.architecture) \($0.details.revision?.number ?? 0)"
      }
      #expect(
        places == [
          "stable amd64 2", "stable arm64 3", "candidate amd64 4", "edge amd64 5", "edge arm64 6", "2/stable amd64 7",
        ])
      #expect(all.snap.publisher?.validation == "unproven")
      #expect(all.channelMap[3].details.epoch == Epoch(read: [0, 1], write: [1]))
      let one = try await info(of: "hello?architecture=arm64", store)
      #expect(one.channelMap.map(\.channel.architecture.description) == ["arm64", "arm64"])
      let icon = try #require(all.snap.media?.first?.url)
      let picture = try await store.client.send(HTTPRequest(url: icon))
      #expect(picture.headers["content-type"] == "image/png")
      #expect(picture.body.starts(with: [0x89, 0x50, 0x4e, 0x47]))
    }
  }

  @Test("info refuses fields that do not exist, and knows only what was asked for") func fields() async throws {
    try await SimulatorFixture.with(.load(snaps: 1, bytes: 10)) { store in
      let refused = try await store.get("/v2/snaps/info/load-1?fields=version,colour")
      #expect(refused.status == 400)
      #expect(refused.text.contains("'colour'"))
      let details = try await info(of: "load-1?fields=version", store)
      #expect(details.channelMap.first?.details.version == "1")
      #expect(details.channelMap.first?.details.download == nil)
      #expect(details.snap.title == nil)
      let unknown = try await store.get("/v2/snaps/info/nothing")
      #expect(unknown.status == 404)
      #expect(unknown.text.contains(#""code":"resource-not-found""#))
    }
  }

  @Test("refresh finds channels, fall-backs, branches, default tracks and old revisions") func refresh() async throws {
    try await SimulatorFixture.with { store in
      func ask(_ name: String, _ channel: String?, _ revision: Int? = nil, _ architecture: String = "amd64")
        async throws
        -> RefreshResult
      {
        var action = RefreshAction(action: revision == nil ? "install" : "download")
        action.instanceKey = "key"
        action.name = name
        action.channel = channel
        action.revision = revision
        return try await refresh([action], architecture: architecture, store)[0]
      }
      #expect(try await ask("hello", "stable").snap?.revision?.number == 2)
      let closed = try await ask("hello", "beta")
      #expect(closed.snap?.revision?.number == 4)
      #expect(closed.effectiveChannel == "latest/candidate")
      #expect(try await ask("hello", "latest/edge/fix-1").snap?.revision?.number == 8)
      #expect(try await ask("hello", "2/edge").snap?.revision?.number == 7)
      #expect(try await ask("hello", "stable", nil, "arm64").snap?.revision?.number == 3)
      let redirected = try await ask("charmed-postgresql", nil)
      #expect(redirected.redirectChannel == "14/stable")
      let byNumber = try await ask("charmed-postgresql", nil, 96)
      #expect(byNumber.snap?.version == "14.9")
      #expect(byNumber.effectiveChannel == nil && byNumber.redirectChannel == nil)
      #expect(try await ask("hello", nil, 9).error?.code == "revision-not-found")
      let elsewhere = try await ask("hello", "2/stable", nil, "arm64")
      #expect(elsewhere.error?.code == "revision-not-found")
      #expect(elsewhere.error?.extra?.releases?.map(\.channel).contains("latest/edge") == true)
      #expect(try await ask("nothing", nil).error?.code == "name-not-found")
      #expect(try await ask("gtk-common-themes", nil).snap?.architectures == [.all])
    }
  }

  @Test("refresh says what is newer, and leads over epochs") func refreshInstalled() async throws {
    try await SimulatorFixture.with { store in
      let hello = try #require(store.simulator.revision(2, of: "hello"))
      func ask(installed: Int, epoch: Epoch, tracking: String) async throws -> RefreshResult {
        var action = RefreshAction(action: "refresh")
        action.instanceKey = "key"
        action.snapID = hello.snapID.description
        let context = InstalledSnap(
          snapID: hello.snapID.description, instanceKey: "key", revision: installed, trackingChannel: tracking,
          epoch: epoch)
        return try await refresh([action], context: [context], store)[0]
      }
      #expect(try await ask(installed: 1, epoch: .zero, tracking: "latest/stable").snap?.revision?.number == 2)
      #expect(try await ask(installed: 2, epoch: .zero, tracking: "latest/edge").snap?.revision?.number == 5)
      let tooNew = try await ask(installed: 99, epoch: Epoch(read: [7], write: [7]), tracking: "latest/edge")
      #expect(tooNew.error?.code == "revision-not-found")
    }
  }

  @Test("fetch-assertions names what is newer and what is not there") func fetchAssertions() async throws {
    try await SimulatorFixture.with { store in
      let app = try #require(store.simulator.revision(42, of: "desktop-app")).snapID.description
      var action = RefreshAction(action: "fetch-assertions")
      action.key = "group"
      action.assertions = [
        WantedAssertion(type: "snap-declaration", primaryKey: ["16", app], ifNewerThan: 0),
        WantedAssertion(type: "account", primaryKey: ["systemworks"], ifNewerThan: 0),
      ]
      let old = try await refresh([action], store)[0]
      #expect(old.assertionStreamURLs == [])
      #expect(old.errorList == nil)
      let new = try await refresh([action], formats: ["snap-declaration": 7], store)[0]
      let url = try #require(new.assertionStreamURLs?.first)
      let found = try Assertion(decoding: await store.client.send(HTTPRequest(url: url)).body)
      #expect(found.format == 1)
      #expect(found.revision == 1)
      action.assertions = [WantedAssertion(type: "account", primaryKey: ["nobody"])]
      let missing = try await refresh([action], store)[0]
      #expect(missing.errorList?.first?.primaryKey == ["nobody"])
    }
  }

  @Test("find searches words, categories and beginnings of names") func find() async throws {
    try await SimulatorFixture.with { store async throws in
      func names(_ query: String) async throws -> [String] {
        let response = try await store.get("/v2/snaps/find?\(query)")
        #expect(response.headers["content-type"] == "application/json")
        return try JSONDecoder().decode(FindResponse.self, from: Data(response.body)).results.map(\.name.description)
      }
      #expect(try await names("q=json+processor") == ["jq"])
      #expect(try await names("category=featured") == ["hello", "htop"])
      #expect(try await names("name=core") == ["core", "core22", "core24"])
      #expect(try await names("q=nothing-like-it").isEmpty)
    }
  }

  @Test("lists and sessions are there") func listings() async throws {
    try await SimulatorFixture.with { store async throws in
      #expect(try await store.get("/api/v1/snaps/sections").headers["content-type"] == "application/hal+json")
      #expect(try await store.get("/api/v1/snaps/names").text.hasPrefix(#"{"_embedded":{"clickindex:package":["#))
      #expect(try await store.get("/v2/snaps/categories").text.contains("development"))
      #expect(try await store.post("/api/v1/snaps/auth/nonces", [:]).text.contains("nonce"))
      let session = ["device-session-request": "x", "serial-assertion": "y", "model-assertion": "z"]
      #expect(try await store.post("/api/v1/snaps/auth/sessions", session).text.contains("macaroon"))
      #expect(try await store.get("/", method: "HEAD").headers["snap-store-version"] == "60")
    }
  }

  private func info(of name: String, _ store: SimulatorFixture) async throws -> InfoResponse {
    let response = try await store.get("/v2/snaps/info/\(name)")
    #expect(response.status == 200)
    return try JSONDecoder().decode(InfoResponse.self, from: Data(response.body))
  }

  private func refresh(
    _ actions: [RefreshAction], context: [InstalledSnap] = [], architecture: String = "amd64",
    formats: [String: Int]? = nil, _ store: SimulatorFixture
  ) async throws -> [RefreshResult] {
    let body = RefreshRequest(context: context, actions: actions, fields: nil, assertionMaxFormats: formats)
    let response = try await store.client.send(
      HTTPRequest(
        method: "POST", url: "\(store.url)/v2/snaps/refresh", headers: [("Snap-Device-Architecture", architecture)],
        body: [UInt8](JSONEncoder().encode(body))))
    #expect(response.status == 200)
    return try JSONDecoder().decode(RefreshResponse.self, from: Data(response.body)).results
  }
}
