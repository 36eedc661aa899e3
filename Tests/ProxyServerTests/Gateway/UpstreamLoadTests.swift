import Assertions
import AssertionsTesting
import Foundation
import HTTPClient
import HTTPTesting
import StoreAPI
import Testing

@testable import ProxyServer

@Suite("Load on the upstream store", .timeLimit(.minutes(5))) struct UpstreamLoadTests {
  private static let login = ("Authorization", "Macaroon root=\"the device's own\"")

  @Test(
    "what many devices ask at once is asked upstream once", arguments: ["/v2/snaps/find?q=jq", "/v2/snaps/info/jq"])
  func once(path: String) async throws {
    // The first question is answered when all devices have asked.
    let gate = DispatchSemaphore(value: 0)
    let upstream = try ScriptedServer { _ in
      gate.wait()
      return [.send(answer("200 OK", ["Content-Type: application/json"], body: #"{"results":[],"channel-map":[]}"#))]
    }
    let answers = SharedAnswers()
    try await TestServer.with({
      $0.upstream = upstream.url
      $0.sharedAnswers = answers
    }) { server in
      try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<40 { group.addTask { try await server.get(path).status } }
        group.addTask { try await server.get(path, headers: [Self.login]).status }
        // Both kinds of devices have asked upstream, and all wait for the two answers.
        while upstream.received.count < 2 || answers.waiting < 41 { await Task.yield() }
        for _ in 0..<100 { gate.signal() }
        for try await status in group { #expect(status == 200) }
      }
      let logins = upstream.received.map { $0.header("Authorization") }
      #expect(logins.count { $0 == Self.login.1 } == 1)
      #expect(logins.count { $0 == nil } == 1)
    }
  }

  @Test("each 503 says when to come again", arguments: ["503 Service Unavailable", ""])
  func retryAfter(status: String) async throws {
    let upstream = try ScriptedServer { _ in status.isEmpty ? [.close] : [.send(answer(status))] }
    try await TestServer.with({ $0.upstream = upstream.url }) { server in
      for path in ["/v2/snaps/info/jq", "/v2/snaps/find?q=jq", "/v2/assertions/account/x", "/api/v1/snaps/names"] {
        let response = try await server.get(path)
        #expect(response.status == 503 && response.headers["retry-after"] != nil, "\(path): \(response.status)")
      }
    }
  }

  @Test("an account-key is asked for once, without a login, and kept; an account is asked for each time")
  func assertions() async throws {
    let key = try #require(try TestRoot().foundation().first { $0.type == .accountKey })
    let text = String(decoding: key.encoded, as: UTF8.self)
    let upstream = try ScriptedServer { _ in
      [.send(answer("200 OK", ["Content-Type: \(MediaType.assertion)"], body: text))]
    }
    try await TestServer.with({ $0.upstream = upstream.url }) { server in
      for login in [[], [Self.login], [Self.login]] {
        let response = try await server.get("/v2/assertions/\(key.identity.path)?max-format=1", headers: login)
        #expect(response.status == 200 && response.text == text)
      }
      #expect(upstream.received.map { $0.header("Authorization") } == [nil])
      for _ in 1...2 { _ = try await server.get("/v2/assertions/account/canonical", headers: [Self.login]) }
      #expect(upstream.received.count == 3)
      // Another assertion than the one that was asked for is not kept.
      let other = "/v2/assertions/account-key/\(String(repeating: "A", count: 64))"
      for _ in 1...2 { _ = try await server.get(other) }
      #expect(upstream.received.count == 5)
    }
  }

  @Test("what the store tells not to everybody, the device asks for itself, and it is not kept")
  func privateAssertion() async throws {
    let upstream = try ScriptedServer { request in
      [.send(request.header("Authorization") == nil ? answer("404 Not Found") : answer("200 OK", body: "its own"))]
    }
    try await TestServer.with({ $0.upstream = upstream.url }) { server in
      let path = "/v2/assertions/snap-revision/\(String(repeating: "A", count: 64))"
      for _ in 1...2 { #expect(try await server.get(path, headers: [Self.login]).text == "its own") }
      let anonymous = try await server.get(path)
      #expect(anonymous.status == 404)
      #expect(upstream.received.count == 5)
    }
  }
}
