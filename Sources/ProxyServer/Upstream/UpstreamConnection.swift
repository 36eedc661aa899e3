public import Foundation
public import HTTPClient
public import ProxyState
public import UpstreamStore

/// The way to the upstream store, as the operator configured it.
public struct UpstreamConnection: Sendable {
  /// Shared by everything that asks upstream, for its open connections.
  public let client: HTTPClient
  /// Where the services are.
  public let endpoints: UpstreamEndpoints

  /// A connection of its parts.
  public init(client: HTTPClient, endpoints: UpstreamEndpoints) {
    self.client = client
    self.endpoints = endpoints
  }

  /// What the configuration says. `proxy.https.proxy` goes before `https_proxy`; `http_proxy` is never looked at.
  public init(
    _ store: ProxyStore, environment: [String: String] = ProcessInfo.processInfo.environment,
    retries: RetryPolicy = RetryPolicy()
  ) async throws {
    var configuration = HTTPClientConfiguration(userAgent: "snap-proxy/1.0", environment: environment)
    if let proxy = try await store.configuration.value(of: .httpsProxy) {
      configuration.wayOut = WayOut(parsing: proxy)
      configuration.wayOutName = ConfigurationKey.httpsProxy.name
    }
    configuration.trustAdvice =
      "if you trust the authority that signed it: 'snap-proxy use-ca-certs' with a PEM file of all authorities to trust"
    configuration.certificateAuthorities = try await store.configuration.value(of: .certificateAuthorities)
    configuration.retries = retries
    // The list of all names is the largest document; many may be under way at once.
    configuration.maximumBody = 16 << 20
    configuration.maximumBodiesAtOnce = 256 << 20
    let value = { (key: ConfigurationKey) in try await store.configuration.value(of: key) ?? "" }
    self.init(
      client: HTTPClient(configuration),
      endpoints: UpstreamEndpoints(
        devices: try await value(.upstream), dashboard: try await value(.dashboard),
        sso: try await value(.singleSignOn), charmhub: UpstreamEndpoints.canonical.charmhub))
  }

  /// The devices API.
  public var devices: DeviceAPI { DeviceAPI(client: client, endpoints: endpoints) }
}
