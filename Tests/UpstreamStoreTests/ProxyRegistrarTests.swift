import Assertions
import AssertionsTesting
import Cryptography
import Foundation
import HTTPClient
import HTTPTesting
import Reporting
import Testing
import UpstreamStore

@Suite("ProxyRegistrar") struct ProxyRegistrarTests {
  private let root: TestRoot
  private let key: RSAPrivateKey
  private let address: ProxyAddress

  init() throws {
    root = try TestRoot()
    key = try RSAPrivateKey.generate(bits: 2048)
    address = try ProxyAddress(parsing: "https://snaps.example.com/")
  }

  private func registrar(
    account: String = TestRoot.accountID, reply: String? = nil, store: Assertion? = nil, roots: TrustedRoots? = nil
  ) throws -> (ProxyRegistrar, ScriptedServer) {
    let store = try store ?? root.store(url: "https://SNAPS.example.com:443")
    let body = try JSONSerialization.data(withJSONObject: [
      "store-id": "AcmeOfflineStore1", "status": "approved", "device-limit": 25, "url": "x",
      "operator-id": TestRoot.accountID, "assertions": String(decoding: store.encoded, as: UTF8.self),
    ])
    let registered = reply ?? answer("201 Created", body: String(decoding: body, as: UTF8.self))
    // What the registration leaves out is fetched.
    let shelf = AssertionShelf(assertions: try root.foundation())
    let server = try ScriptedServer { request in
      if let steps = shelf.respond(request) { return steps }
      return switch request.path {
      case "/api/v2/tokens/whoami": [.send(answer("200 OK", body: #"{"account":{"id":"\#(account)","email":"e"}}"#))]
      case "/api/v2/store-proxies/nonces" where reply?.hasPrefix("HTTP/1.1 404") == true:
        [.send(answer("404 Not Found"))]
      case "/api/v2/store-proxies/nonces": [.send(answer("200 OK", body: #"{"nonce":"n1"}"#))]
      case "/api/v2/store-proxies/AcmeOfflineStore1":
        [.send(answer("200 OK", body: String(decoding: body, as: UTF8.self)))]
      default: [.send(registered)]
      }
    }
    var configuration = HTTPClientConfiguration()
    configuration.retries = .never
    let (client, endpoints) = (HTTPClient(configuration), try UpstreamEndpoints(allAt: server.url))
    let dashboard = Dashboard(client: client, endpoints: endpoints, credentials: .token("t"))
    let fetcher = AssertionFetcher(
      devices: DeviceAPI(client: client, endpoints: endpoints), roots: roots ?? root.roots)
    return (ProxyRegistrar(dashboard: dashboard, fetcher: fetcher), server)
  }

  private func error(_ registrar: ProxyRegistrar) async throws -> any UserFacingError {
    do {
      _ = try await registrar.register(address, offline: true, key: key, software: "test/1")
    } catch let error as any UserFacingError { return error }
    Issue.record("registered")
    return UpstreamError.loginRequired(doing: "")
  }

  @Test("registers with a signed nonce, and gives the whole verified chain") func registers() async throws {
    let (registrar, server) = try registrar()
    let registration = try await registrar.register(
      address, offline: true, key: key, answers: ["purpose": "evaluation"], software: "test/1")
    #expect(registration.storeID == "AcmeOfflineStore1")
    #expect(registration.deviceLimit == 25)
    #expect(registration.assertions.count == 4)
    #expect(registration.assertions.last?.type == .store)
    let request = try #require(server.received.first { $0.path == "/api/v2/store-proxies" })
    #expect(request.header("authorization") == "Macaroon t")
    let sent = try #require(try JSONSerialization.jsonObject(with: Data(request.body.utf8)) as? [String: Any])
    #expect(sent["url"] as? String == "https://snaps.example.com")
    #expect(sent["offline"] as? Bool == true)
    let signature = try #require((sent["signature"] as? String).flatMap { Data(base64Encoded: $0) })
    #expect(key.publicKey.verifySHA512(Array(signature), of: Array("register|n1|https://snaps.example.com".utf8)))
    #expect(try RSAPublicKey(pem: #require(sent["public-key"] as? String)) == key.publicKey)
  }

  @Test("finishes a registration of which the answer was lost") func lostAnswer() async throws {
    let known = answer(
      "409 Conflict",
      body: """
        {"error_list":[{"code":"already-registered",\
        "message":"This key is registered already, as store AcmeOfflineStore1."}]}
        """)
    let (registrar, server) = try registrar(reply: known)
    let registration = try await registrar.register(address, offline: true, key: key, software: "test/1")
    #expect(registration.storeID == "AcmeOfflineStore1")
    #expect(registration.assertions.last?.type == .store)
    let renewal = try #require(server.received.first { $0.path == "/api/v2/store-proxies/AcmeOfflineStore1" })
    #expect(renewal.head.hasPrefix("PUT "))
  }

  @Test("refuses what the store signed for another address, operator or root") func contradictions() async throws {
    let url = try await error(registrar(store: root.store(url: "https://other.example.com")).0)
    #expect(url.kind == .integrity)
    #expect(url.message.contains("https://other.example.com"))
    let operatorID = try await error(registrar(account: "somebody-else").0)
    #expect(operatorID.kind == .integrity)
    let foreign = try await error(registrar(roots: .canonical).0)
    #expect(foreign.kind == .integrity)
    let id = try await error(registrar(store: root.store("Other", url: "https://snaps.example.com")).0)
    #expect(id.message.contains("no store assertion of the id AcmeOfflineStore1"))
  }

  @Test("says that a store does not offer registrations, or why it refuses") func refused() async throws {
    let missing = try await error(registrar(reply: answer("404 Not Found")).0)
    #expect(missing.message.hasPrefix("this store does not offer the registration of proxies"))
    #expect(missing.kind == .network)
    let notReady = try await error(
      registrar(
        reply: answer("403 Forbidden", body: #"{"error_list":[{"code":"user-not-ready","message":"Sign first."}]}"#)
      ).0)
    #expect(notReady.message == "cannot register the proxy: Sign first.")
    #expect(notReady.kind == .notAuthorised)
    #expect(notReady.advice == "complete the account first, at https://snapcraft.io/account")
  }
}
