import Assertions
import AssertionsTesting
import Cryptography
import Foundation
import HTTPClient
import HTTPTesting
import Reporting
import Testing
import UpstreamStore

/// A store's assertions, by path and format.
struct AssertionShelf: Sendable {
  var assertions: [Assertion]
  /// What the server answers in place of an assertion, by its path.
  var lies: [String: Assertion] = [:]

  func respond(_ request: ScriptedServer.Received) -> [ScriptedServer.Step]? {
    guard request.path.hasPrefix("/v2/assertions/") else { return nil }
    let parts = request.path.dropFirst("/v2/assertions/".count).split(separator: "?")
    let path = String(parts[0])
    let format = Int(parts[1].split(separator: "=")[1]) ?? 0
    let found =
      lies[path]
      ?? assertions.filter { $0.identity.path == path && $0.format <= format }.max { $0.format < $1.format }
    guard let found else {
      return [
        .send(
          answer(
            "404 Not Found", ["Content-Type: application/json"],
            body: #"{"error-list":[{"code":"not-found","message":"not found"}]}"#))
      ]
    }
    return [.send(answer("200 OK", body: String(decoding: found.encoded, as: UTF8.self)))]
  }
}

@Suite("AssertionFetcher") struct AssertionFetcherTests {
  private let root: TestRoot
  private let files: [Int: [UInt8]] = [1: [1], 2: [2]]

  init() throws { root = try TestRoot() }

  private func serve(_ shelf: AssertionShelf, roots: TrustedRoots? = nil) throws -> (AssertionFetcher, ScriptedServer) {
    let server = try ScriptedServer { shelf.respond($0) ?? [.close] }
    var configuration = HTTPClientConfiguration()
    configuration.retries = .never
    let devices = DeviceAPI(
      client: HTTPClient(configuration), endpoints: try UpstreamEndpoints(allAt: server.url))
    return (AssertionFetcher(devices: devices, roots: roots ?? root.roots), server)
  }

  private func revision(_ number: Int) -> AssertionIdentity {
    AssertionIdentity(snapRevision: SHA3Digest.of(files[number] ?? []))
  }

  @Test("fetches a whole chain, prerequisites first, and each assertion once") func chain() async throws {
    let shelf = AssertionShelf(
      assertions: try root.chain(forSnap: "jq", publisher: "jq-publisher", files: files))
    let (fetcher, server) = try serve(shelf)
    let first = try await fetcher.chain(of: revision(1))
    #expect(Set(first) == Set(shelf.assertions.filter { $0.identity != revision(2) }))
    #expect(first.first?.identity == AssertionIdentity(accountKey: root.rootKey.id))
    #expect(first.last?.identity == revision(1))
    // The root key and the account that owns it stand on each other.
    for (index, assertion) in first.enumerated().dropFirst() {
      let before = Set(first[..<index].map(\.identity))
      #expect(before.isSuperset(of: assertion.prerequisites), "\(assertion)")
    }
    #expect(server.received.count == 6)
    let second = try await fetcher.chain(of: revision(2))
    #expect(second.count == 6)
    #expect(server.received.count == 7)
  }

  @Test("says which assertion the store lacks") func missing() async throws {
    let all = try root.chain(forSnap: "jq", files: files)
    let (fetcher, _) = try serve(AssertionShelf(assertions: all.filter { $0.type != .snapDeclaration }))
    do {
      _ = try await fetcher.chain(of: revision(1))
      Issue.record("found")
    } catch let error as UpstreamError {
      #expect(error.kind == .notFound)
      #expect(error.message.hasPrefix("assertion snap-declaration/16/\(TestRoot.snapID(for: "jq")) not found"))
    }
  }

  @Test("refuses a chain to a root that nobody has pinned, and remembers nothing of it") func foreign() async throws {
    let shelf = AssertionShelf(assertions: try root.chain(forSnap: "jq", files: files))
    let (fetcher, _) = try serve(shelf, roots: .canonical)
    for _ in 0..<2 {
      do {
        _ = try await fetcher.assertion(revision(1))
        Issue.record("trusted")
      } catch let error as any UserFacingError { #expect(error.kind == .integrity) }
    }
  }

  @Test("refuses another assertion than the one asked for") func another() async throws {
    var shelf = AssertionShelf(assertions: try root.chain(forSnap: "jq", files: files))
    shelf.lies[revision(1).path] = try root.snapRevision(of: [2], revision: 2, snapID: TestRoot.snapID(for: "jq"))
    let (fetcher, _) = try serve(shelf)
    do {
      _ = try await fetcher.chain(of: revision(1))
      Issue.record("taken")
    } catch let error as UpstreamError { #expect(error.message.contains("it is the assertion snap-revision/")) }
  }

  @Test("finds the older formats of a declaration") func formats() async throws {
    var all = try root.chain(forSnap: "jq", files: files)
    let id = TestRoot.snapID(for: "jq")
    let old = try #require(all.first { $0.type == .snapDeclaration })
    let newer = try root.snapDeclaration("jq", snapID: id, extra: ["format": "5", "revision": "1"])
    let newest = try root.snapDeclaration("jq", snapID: id, extra: ["format": "6", "revision": "1"])
    all += [newer, newest]
    let (fetcher, _) = try serve(AssertionShelf(assertions: all))
    let declaration = try await fetcher.assertion(newest.identity)
    #expect(declaration == newest)
    #expect(try await fetcher.olderFormats(of: declaration) == [newer, old])
    #expect(try await fetcher.assertion(newest.identity) == newest)
  }
}
