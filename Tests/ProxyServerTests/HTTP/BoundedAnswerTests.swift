import Foundation
import HTTPClient
import HTTPTesting
import ProxyState
import StoreAPI
import Testing

@testable import ProxyServer

/// However much a body repeats or nests, the answer stays small and the server goes on.
@Suite("Bounded answers") struct BoundedAnswerTests {
  /// Of an answer to any of these bodies, in bytes.
  private static let bound = RefreshBudget.repetitions + (1 << 20)

  /// A snap whose entry in a refresh is 160 KB.
  private static let large: SnapFixture = {
    var snap = SnapFixture("large")
    snap.snapYAML = "name: large\n" + String(repeating: "# a long comment\n", count: 10_000)
    return snap
  }()

  private static func list(_ count: Int, _ element: (Int) -> String) -> String {
    "[\((0..<count).map(element).joined(separator: ","))]"
  }

  /// What is repeated, nested, or long.
  private static let bodies: [(name: String, body: String)] = [
    ("nested", String(repeating: "[", count: 200_000)),
    ("nested objects", String(repeating: #"{"a":"#, count: 100_000)),
    ("numbers", list(400_000) { _ in "1" }),
    ("empty objects", list(300_000) { _ in "{}" }),
    ("members of one name", "{\((0..<60_000).map { _ in #""actions":[]"# }.joined(separator: ","))}"),
    ("the same action", #"{"actions":\#(list(150) { _ in install("install-1") })}"#),
    ("the same snap", #"{"actions":\#(list(1000) { install("install-\($0)") })}"#),
    ("unknown snaps", #"{"actions":\#(list(2000) { install("install-\($0)", name: "unknown-\($0)") })}"#),
    ("too many actions", #"{"actions":\#(list(2001) { install("install-\($0)") })}"#),
    ("the same context", #"{"context":\#(list(5000) { _ in installed("a") })}"#),
    ("too much context", #"{"context":\#(list(10_001) { installed("\($0)") })}"#),
    ("fields", #"{"fields":\#(list(5000) { _ in "\"snap-yaml\"" })}"#),
    (
      "assertions",
      #"{"actions":[{"action":"fetch-assertions","key":"a","assertions":\#(list(20_001) { _ in wanted })}]}"#
    ),
    ("groups", #"{"actions":\#(list(1000) { _ in #"{"action":"fetch-assertions","key":"a","assertions":[]}"# })}"#),
    ("a long key", #"{"actions":[\#(install(String(repeating: "k", count: 900_000)))]}"#),
    ("overrides", list(9000) { _ in #"{"snap_name":"large","revision":5,"channel":"stable","series":"16"}"# }),
    ("no JSON", String(repeating: "\u{0}", count: 900_000)),
  ]

  private static func install(_ key: String, name: String = "large") -> String {
    #"{"action":"install","instance-key":"\#(key)","name":"\#(name)"}"#
  }
  private static func installed(_ key: String) -> String {
    #"{"snap-id":"\#(String(repeating: "a", count: 32))","instance-key":"\#(key)","revision":1}"#
  }
  private static let wanted = #"{"type":"snap-declaration","primary-key":["16","x"]}"#

  private static func check(_ response: HTTPResponse, _ what: String) {
    #expect(response.body.count <= bound, "\(what): \(response.body.count) bytes")
    #expect(response.status < 500 || response.status == 503, "\(what): \(response.status) \(response.text.prefix(200))")
  }

  @Test("of every route of an offline store that takes a body")
  func offline() async throws {
    let paths = try RouteTable.posts(isOnline: false)
    #expect(paths.contains("/v2/snaps/refresh") && paths.contains("/v2/metadata/overrides"))
    try await TestServer.with({
      $0.snaps = [Self.large]
      $0.administration = RouteTable.administration
    }) { server in
      for path in paths {
        for (name, body) in Self.bodies { Self.check(try await server.post(path, body), "\(path), \(name)") }
      }
      #expect(try await server.get("/_status/live").status == 200)
    }
  }

  @Test("of every route of an online store that takes a body; what is repeated is not asked upstream")
  func online() async throws {
    let upstream = try ScriptedServer { _ in [.send(answer("200 OK", body: #"{"results":[]}"#))] }
    let paths = try RouteTable.posts(isOnline: true)
    #expect(paths.contains("/v2/cohorts"))
    try await TestServer.with({
      $0.upstream = upstream.url
      $0.administration = RouteTable.administration
    }) { server in
      for path in paths {
        for (name, body) in Self.bodies { Self.check(try await server.post(path, body), "\(path), \(name)") }
      }
      let refreshes = upstream.received.filter { $0.path == "/v2/snaps/refresh" }.map(\.body)
      for name in ["the same action", "the same context", "too many actions", "groups"] {
        let body = try #require(Self.bodies.first { $0.name == name }?.body)
        #expect(!refreshes.contains(body), "\(name)")
      }
      #expect(try await server.get("/_status/live").status == 200)
    }
  }

  private static func refresh(_ server: TestServer, _ count: Int) async throws -> HTTPResponse {
    try await server.post(
      "/v2/snaps/refresh", #"{"context":[],"actions":\#(list(count) { install("install-\($0)") })}"#)
  }

  @Test("a device gets as many parallel installs of a large snap as devices have, and an advice for hundreds")
  func parallelInstalls() async throws {
    try await TestServer.with({ $0.snaps = [Self.large] }) { server in
      let few = try await Self.refresh(server, 20)
      #expect(few.status == 200)
      let answer = try JSONDecoder().decode(RefreshResponse.self, from: Data(few.body))
      #expect(answer.results.map(\.instanceKey) == (0..<20).map { "install-\($0)" })
      let many = try await Self.refresh(server, 150)
      #expect(many.status == 413)
      #expect(many.text.contains("answer-too-large") && many.text.contains("ask for fewer parallel installs"))
    }
  }

  @Test("hundreds of different snaps are no repetition")
  func differentSnaps() async throws {
    let snaps = (1001...1400).map { number in
      var snap = SnapFixture("snap-\(number)")
      snap.snapYAML = String(repeating: "# a comment of a line\n", count: 1000)
      return snap
    }
    try await TestServer.with({ $0.snaps = snaps }) { server in
      let actions = Self.list(400) { Self.install("install-\($0)", name: "snap-\($0 + 1001)") }
      let response = try await server.post("/v2/snaps/refresh", #"{"context":[],"actions":\#(actions)}"#)
      #expect(response.status == 200)
      #expect(response.body.count > RefreshBudget.repetitions)
    }
  }

  @Test("a search gives the most relevant that fit")
  func find() async throws {
    // Numbers of four digits, since the fixture makes ids of names.
    let snaps = (1001...1300).map { number in
      var snap = SnapFixture("snap-\(number)")
      snap.description = String(repeating: "A long description. ", count: 2000)
      return snap
    }
    try await TestServer.with({ $0.snaps = snaps }) { server in
      let all = try await server.get("/v2/snaps/find?q=snap")
      #expect(all.status == 200 && all.body.count <= FindWriter.limit + 64)
      let found = try JSONDecoder().decode(FindResponse.self, from: Data(all.body)).results.count
      #expect((100..<300).contains(found))
      let some = try await server.get("/v2/snaps/find?q=snap&fields=title")
      #expect(try JSONDecoder().decode(FindResponse.self, from: Data(some.body)).results.count == 300)
    }
  }
}
