import Assertions
import PostgreSQL
import ProxyState
import Reporting
import Synchronization
import Testing

@testable import ProxyServer

@Suite("Opening the store") struct StoreOpeningTests {
  private struct Refused: UserFacingError {
    var kind: FailureKind { .notConfigured }
    var message: String { "cannot open the store: its schema is newer" }
  }

  private func open(failing failures: [any Error]) async throws -> (attempts: Int, told: [String]) {
    let attempts = Mutex(0)
    let told = Mutex<[String]>([])
    let storefront = try Storefront.of([])
    let opening = StoreOpening(
      open: {
        let number = attempts.withLock { number in
          defer { number += 1 }
          return number
        }
        guard number >= failures.count else { throw failures[number] }
        return (
          ServerSources(
            catalogue: { Catalogue(generation: 1, snaps: []) }, assertions: { [] },
            identity: { storefront.identity }, changes: { AsyncStream { $0.finish() } },
            blobs: BlobStore(directory: "/nowhere"), nonces: .inMemory(), sessionSecret: [1], roots: .canonical),
          storefront
        )
      }, waiting: { error in told.withLock { $0.append(error.message) } }, pause: { _ in .milliseconds(1) })
    _ = try await opening.run()
    return (attempts.withLock { $0 }, told.withLock { $0 })
  }

  @Test("waits for a database that is away, refuses logins or is missing") func waits() async throws {
    let failures: [PostgreSQLError] = [
      .unreachable(server: "db", reason: "refused"),
      .authenticationFailed(server: "db", user: "store", reason: "no"),
      .databaseMissing(server: "db", database: "store"),
    ]
    let outcome = try await open(failing: failures + [PrivatePostgreSQLError.notInstalled])
    #expect(outcome.attempts == 5)
    #expect(outcome.told.count == 4)
  }

  @Test("ends with what waiting cannot mend") func ends() async throws {
    await #expect(throws: Refused.self) { try await open(failing: [Refused()]) }
    await #expect(throws: PostgreSQLError.self) {
      try await open(failing: [PostgreSQLError.malformedConnectionString(reason: "it is empty")])
    }
  }
}

@Suite("Addresses to listen on") struct ListenAddressTests {
  @Test("every address is every IPv4 address where there is no IPv6")
  func everyAddress() throws {
    let all = ListenAddress(host: "::", port: 80)
    #expect(try all.onThisHost(hasIPv6: true) == all)
    #expect(try all.onThisHost(hasIPv6: false) == ListenAddress(host: "0.0.0.0", port: 80))
    let four = ListenAddress(host: "10.0.0.1", port: 80)
    #expect(try four.onThisHost(hasIPv6: false) == four)
    #expect(throws: ServerError.noIPv6("[fd00::1]:443")) {
      try ListenAddress(host: "fd00::1", port: 443).onThisHost(hasIPv6: false)
    }
  }

  @Test("is shown as URLs show it", arguments: [("::", "[::]:80"), ("0.0.0.0", "0.0.0.0:80"), ("host", "host:80")])
  func description(host: String, text: String) {
    #expect("\(ListenAddress(host: host, port: 80))" == text)
  }
}
