import Assertions
import AssertionsTesting
import Foundation
import HTTPClient
import Logging
import PostgreSQL
import PostgreSQLTesting
import ProxyState
import StoreAPI
import StoreModel
import Testing

@testable import ProxyServer

@Suite("Serving a store") struct StoreServingTests {
  /// A store on a database of its own.
  private static func withStore(_ body: (ProxyStore, TestDatabase) async throws -> Void) async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "snap-proxy-\(UUID())")
    defer { try? FileManager.default.removeItem(at: directory) }
    let database = try await TestDatabase.make()
    let store = try await ProxyStore.open(
      StateDirectory(path: directory.path), database: ConnectionPool(database.connectionString))
    try await store.configuration.set([.airgap: "True"])
    try await body(store, database)
    await store.close()
  }

  /// Serves the store on a free port while the body runs.
  private static func serve(_ store: ProxyStore, _ body: (String) async throws -> Void) async throws {
    try await store.serving { url, _ in try await body(url) }
  }

  private static func push(_ fixture: SnapFixture, assertions: [Assertion] = [], to store: ProxyStore) async throws {
    let snap = try fixture.snap()
    for revision in snap.revisions.values { try store.blobs.place(revision) }
    try await store.database.transaction { transaction in
      try await store.assertions.store(assertions, in: transaction)
      _ = try await store.catalogue.importSnap(
        SnapImport(
          id: snap.id, name: snap.name, stores: ["ubuntu"], details: snap.details, icon: nil,
          revisions: Array(snap.revisions.values), channelMap: snap.channelMap.mapValues(\.revision)),
        replacingChannelMap: true, in: transaction)
    }
  }

  private static let client: HTTPClient = {
    var configuration = HTTPClientConfiguration()
    configuration.retries = .never
    return HTTPClient(configuration)
  }()

  private static func get(_ url: String) async throws -> HTTPResponse {
    try await client.send(HTTPRequest(url: url))
  }

  private static func eventually(_ url: String, status: Int) async throws {
    let deadline = ContinuousClock.now + .seconds(120)
    while try await get(url).status != status, ContinuousClock.now < deadline {
      try await Task.sleep(for: .milliseconds(20))
    }
    let response = try await get(url)
    #expect(response.status == status, "\(url)")
  }

  @Test("offers what was pushed before and what is pushed while it runs, also after the database was away")
  func pushes() async throws {
    try await Self.withStore { store, _ in
      let root = try TestRoot()
      try await Self.push(SnapFixture("first"), assertions: try root.foundation(), to: store)
      try await Self.serve(store) { url in
        let first = try await Self.get("\(url)/v2/snaps/info/first")
        #expect(first.status == 200)
        let account = try await Self.get("\(url)/v2/assertions/account/\(TestRoot.accountID)?max-format=0")
        #expect(account.status == 200)
        try await Self.push(SnapFixture("second"), to: store)
        try await Self.eventually("\(url)/v2/snaps/info/second", status: 200)
        // Every connection of the server breaks, as when PostgreSQL is restarted.
        _ = try? await store.database.query(
          """
          SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid()
          """)
        let meanwhile = try await Self.get("\(url)/v2/snaps/info/second")
        #expect(meanwhile.status == 200)
        try await Self.push(SnapFixture("third"), to: store)
        try await Self.eventually("\(url)/v2/snaps/info/third", status: 200)
        try await Self.eventually("\(url)/_status/check", status: 200)
      }
    }
  }

  @Test("takes its address from the registration, else from domain and port")
  func addresses() async throws {
    try await Self.withStore { store, _ in
      try await store.configuration.set([.domain: "snaps.example", .httpPort: "8080"])
      var identity = try await StoreIdentity(store)
      #expect(identity.address.description == "http://snaps.example:8080")
      #expect(identity.storeID == nil)
      let configuration = try ServerConfiguration(ofUnitIn: store.directory)
      #expect(configuration.port == 8080)
      #expect(configuration.host == "::")
      let root = try TestRoot()
      let chain = try root.chain(forStore: "Store1")
      try await store.database.transaction { transaction in
        try await store.registration.replace(
          with: Registration(storeID: "Store1", url: "http://registered.example/", privateKey: nil, publicKey: nil),
          in: transaction)
        try await store.assertions.store(chain, in: transaction)
      }
      identity = try await StoreIdentity(store)
      #expect(identity.address.description == "http://registered.example")
      try await Self.serve(store) { url in
        let stream = try await Self.get("\(url)/v2/auth/store/assertions")
        #expect(stream.status == 200)
        #expect(try Assertion.decodeStream(stream.body).last?["store"] == "Store1")
      }
    }
  }

  @Test("lets a device get its nonce from one unit and its session from another")
  func units() async throws {
    try await Self.withStore { store, _ in
      let root = try TestRoot()
      try await store.configuration.set([.rootKeys: root.roots.description])
      try await Self.push(SnapFixture("jq"), assertions: try root.brandFoundation(), to: store)
      try await Self.serve(store) { first in
        try await Self.serve(store) { second in
          let nonces = try await Self.client.send(
            HTTPRequest(method: "POST", url: "\(first)/api/v1/snaps/auth/nonces"))
          let nonce = try JSONDecoder().decode(NonceResponse.self, from: Data(nonces.body)).nonce
          let text = { (assertion: Assertion) in String(decoding: assertion.encoded, as: UTF8.self) }
          let body = try JSONEncoder().encode(
            DeviceSessionRequest(
              deviceSessionRequest: text(try root.deviceSessionRequest(nonce: nonce)),
              serialAssertion: text(try root.serial()), modelAssertion: text(try root.model())))
          let sessions = try await Self.client.send(
            HTTPRequest(method: "POST", url: "\(second)/api/v1/snaps/auth/sessions", body: [UInt8](body)))
          #expect(sessions.status == 200)
          let token = try JSONDecoder().decode(MacaroonResponse.self, from: Data(sessions.body)).macaroon
          let info = try await Self.client.send(
            HTTPRequest(
              url: "\(first)/v2/snaps/info/jq",
              headers: [("Snap-Device-Authorization", "Macaroon root=\"\(token)\"")]))
          #expect(info.status == 200)
        }
      }
    }
  }
}
