import Foundation
import HTTPClient
import HTTPTesting
import Macaroons
import ProxyClient
import Reporting
import StoreAPI
import Synchronization
import Testing

/// A store that answers as it likes.
@Suite("Administration of a store") struct ProxyAdministrationTests {
  private static let root = Macaroon(location: "s", identifier: [1], rootKey: [1])
  private static let entry =
    #"{"snap_id":"i","snap_name":"jq","revision":6,"upstream_revision":null,"channel":"stable","architecture":"amd64","series":"16"}"#

  private func answer(_ status: String, _ body: String, _ headers: String = "") -> [ScriptedServer.Step] {
    [.send("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)")]
  }

  private func administration(
    _ server: ScriptedServer,
    renew: @escaping ProxyAdministration.Renewal = { $0 }
  ) throws -> ProxyAdministration {
    var configuration = HTTPClientConfiguration()
    configuration.retries = .never
    let text = try Self.root.text(.v1)
    return ProxyAdministration(
      client: HTTPClient(configuration), url: server.url, credentials: .signOn(root: text, discharge: text),
      loginCommand: "program login", renew: renew)
  }

  @Test("asks once more with a renewed login, and no third time")
  func renewal() async throws {
    let count = Count()
    let server = try ScriptedServer { _ in
      count.add()
      return self.answer("401 x", "{}", "WWW-Authenticate: Macaroon needs_refresh=1\r\n")
    }
    let store = try administration(server) { $0 }
    await #expect(throws: ProxyClientError.loginExpired(command: "program login")) {
      _ = try await store.overrides(of: nil)
    }
    #expect(count.value == 2)
  }

  @Test(
    "believes no answer that is not what it should be",
    arguments: [
      "", "{}", "[]", #"{"overrides":[{}]}"#,
      #"{"overrides":[ENTRY,{"snap_name":"x"}]}"#.replacing("ENTRY", with: entry),
      #"{"overrides":["# + entry.replacing("jq", with: "\\u001b[31mjq") + "]}",
      #"{"overrides":["# + entry.replacing("stable", with: "a\\nb") + "]}", String(repeating: "[", count: 100_000),
    ])
  func nonsense(body: String) async throws {
    let server = try ScriptedServer { _ in self.answer("200 OK", body) }
    let store = try administration(server)
    await #expect(throws: ProxyClientError.self) { _ = try await store.overrides(of: nil) }
  }

  @Test("reads what is as documented")
  func documented() async throws {
    let server = try ScriptedServer { _ in self.answer("200 OK", "{\"overrides\":[\(Self.entry)]}") }
    #expect(try await administration(server).overrides(of: nil).map(\.listLine) == ["jq stable amd64 6"])
  }

  @Test("gets no login from what is no such store", arguments: ["404 x", "200 OK"])
  func foreign(status: String) async throws {
    let server = try ScriptedServer { _ in self.answer(status, #"{"macaroon":"x"}"#) }
    let store = try administration(server)
    await #expect(throws: ProxyClientError.self) { _ = try await store.rootMacaroon() }
  }

  @Test("makes nobody an administrator where the store takes no exported token; tells each program's own command")
  func advice() async throws {
    let body = #"{"error-list":[{"code":"store-not-imported","message":"No brand's store was imported here"}]}"#
    let server = try ScriptedServer { _ in self.answer("403 x", body) }
    let store = try administration(server)
    let refused = ProxyClientError.exchangeRefused("No brand's store was imported here")
    await #expect(throws: refused) { _ = try await store.exchange("token", email: nil) }
    #expect(refused.kind == .notAuthorised && refused.advice == nil)
    let stranger = ProxyClientError.forbidden("No brand's store was imported here")
    await #expect(throws: stranger) { _ = try await store.overrides(of: nil) }
    #expect(stranger.advice?.contains("add-admin") == true)
    let over = ProxyClientError.loginExpired(command: "program login")
    #expect(over.message == "Your login has expired. Run `program login`.")
  }

  @Test("tells of a connection that was cut within the answer")
  func cut() async throws {
    let server = try ScriptedServer { _ in [.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"), .close] }
    let store = try administration(server)
    await #expect(throws: HTTPClientError.self) { _ = try await store.overrides(of: nil) }
  }
}

private final class Count: Sendable {
  private let number = Mutex(0)
  var value: Int { number.withLock { $0 } }
  func add() { number.withLock { $0 += 1 } }
}
