import Assertions
import CommandLineKit
import Cryptography
import Foundation
import HTTPClient
import ProxyServer
import ProxyState
import StoreAPI
import StoreImport
import UpstreamStore

extension ProxyStore {
  /// The proxy's own key, if there is one.
  func registeredKey() async throws -> RSAPrivateKey? {
    try await configuration.value(of: .privateKey).map { try RSAPrivateKey(pem: $0) }
  }

  /// The proxy's own key; makes and keeps one where there is none.
  func ownKey() async throws -> RSAPrivateKey {
    if let key = try await registeredKey() { return key }
    let key = try RSAPrivateKey.generate(bits: 4096)
    try await configuration.set([.privateKey: key.pem, .publicKey: key.publicKey.pem])
    return key
  }
}

func registeredAddress(_ store: ProxyStore, isSecure: Bool) async throws -> ProxyAddress {
  let configuration = store.configuration
  guard try await !configuration.isOn(.airgap) else { throw RegistrationProblem.airgapped }
  guard let domain = try await configuration.value(of: .domain), domain != ConfigurationKey.domain.defaultValue else {
    throw RegistrationProblem.noDomain
  }
  let host = domain.contains(":") && !domain.hasPrefix("[") ? "[\(domain)]" : domain
  let port = try await configuration.value(of: isSecure ? .httpsPort : .httpPort) ?? ""
  return try ProxyAddress(parsing: "\(isSecure ? "https" : "http")://\(host):\(port)")
}

func logIn(_ connection: UpstreamConnection, _ context: SnapProxyContext) async throws -> StoreCredentials {
  let environment = ProcessInfo.processInfo.environment
  if let credentials = try StoreCredentials(environment: environment) { return credentials }
  let terminal = context.terminal
  let login = StoreLogin(
    dashboard: Dashboard(client: connection.client, endpoints: connection.endpoints),
    sso: SingleSignOn(client: connection.client, endpoints: connection.endpoints))
  return try await login.logIn(
    AccessRequest(permissions: ["package_access", "store_admin"], description: "snap-proxy register"),
    asking: LoginQuestions(
      environment: environment, ask: { try await terminal.ask($0) }, askSecret: { try await terminal.askSecret($0) },
      note: { terminal.note($0) }))
}

func registrar(
  _ store: ProxyStore, _ connection: UpstreamConnection, _ credentials: StoreCredentials?
) async throws -> ProxyRegistrar {
  ProxyRegistrar(
    dashboard: Dashboard(client: connection.client, endpoints: connection.endpoints, credentials: credentials),
    fetcher: AssertionFetcher(devices: connection.devices, roots: try await store.roots()))
}

/// Keeps what was registered, by the way on which registrations of other hosts come in.
func keep(
  _ registration: ProxyRegistration, key: RSAPrivateKey, in store: ProxyStore, actor: String
) async throws {
  let bundle = RegistrationBundle(
    domain: registration.url.description, privateKey: key.pem, publicKey: key.publicKey.pem,
    storeID: registration.storeID,
    storeAssertion: String(decoding: Assertion.encodeStream(registration.assertions), as: UTF8.self))
  _ = try await RegistrationImport(store: store, actor: actor).run(
    [UInt8](try JSONEncoder().encode(bundle)), roots: try await store.roots(), pinning: false)
}

extension ProxyStore {
  /// What the upstream store says of this proxy today; `nil` where it is not registered or has no key.
  func upstreamRegistration() async throws -> ProxyRegistration? {
    guard let known = try await registration.current(), let url = known.url, let key = try await registeredKey() else {
      return nil
    }
    let connection = try await UpstreamConnection(self, retries: .never)
    let registrar = try await registrar(self, connection, nil)
    let assertion = try await assertions.all().last { $0.type == .store && $0["store"] == known.storeID }
    return try await registrar.status(
      storeID: known.storeID, url: try ProxyAddress(parsing: url), operatorID: assertion?["operator-id"] ?? "", key: key
    )
  }
}
